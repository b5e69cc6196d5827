#include "edge/engineio/close_status.h"

#include <gtest/gtest.h>

#include <string>

namespace caucus::edge::engineio {
namespace {

std::string Describe(CloseReason reason) {
  const CloseStatus status = CloseStatusOf(reason);
  return std::to_string(static_cast<int>(status.code)) + " " + std::string(status.text);
}

TEST(CloseStatusTest, CloseByEitherSideHasNone) {
  EXPECT_EQ(Describe(CloseReason::kForcedClose), "1005 ");
  EXPECT_EQ(Describe(CloseReason::kTransportClose), "1005 ");
  EXPECT_EQ(Describe(CloseReason::kReconnect), "1005 ");
}

TEST(CloseStatusTest, EndOfTheServerIsGoingAway) {
  EXPECT_EQ(Describe(CloseReason::kServerShuttingDown), "1001 server shutting down");
}

TEST(CloseStatusTest, ClientIsToldWhatItDid) {
  EXPECT_EQ(Describe(CloseReason::kTransportError), "1008 transport error");
  EXPECT_EQ(Describe(CloseReason::kPingTimeout), "1008 ping timeout");
  EXPECT_EQ(Describe(CloseReason::kParseError), "1008 parse error");
  EXPECT_EQ(Describe(CloseReason::kInvalidPacket), "1008 invalid packet");
  EXPECT_EQ(Describe(CloseReason::kConnectTimeout), "1008 connect timeout");
  EXPECT_EQ(Describe(CloseReason::kTooManyEvents), "1008 too many events");
  EXPECT_EQ(Describe(CloseReason::kSlowConsumer), "1008 slow consumer");
}

TEST(CloseStatusTest, EveryReasonFitsAControlFrame) {
  for (size_t i = 0; i < kCloseReasonCount; ++i) {
    EXPECT_LE(CloseStatusOf(static_cast<CloseReason>(i)).text.size(), 123);
  }
}

}  // namespace
}  // namespace caucus::edge::engineio
