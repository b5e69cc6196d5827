#include "edge/socketio/outgoing_packet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "edge/engineio/encoded_packet.h"

namespace caucus::edge::socketio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(OutgoingPacketTest, IsATextWithoutAttachments) {
  const auto event = EventPacket("/chat", "said", {.json = "[1]"});
  EXPECT_EQ(event->content(), R"(42/chat,["said",1])");
  EXPECT_THAT(event->attachments(), IsEmpty());
  EXPECT_EQ(AckPacket("/chat", "7", {})->content(), "43/chat,7[]");
}

TEST(OutgoingPacketTest, CarriesItsAttachments) {
  constexpr std::string_view kJson = R"([{"_placeholder":true,"num":0}])";
  const std::string attachments[] = {"\x01\x02", ""};
  const auto event = EventPacket("/", "a", {.json = kJson, .attachments = attachments});
  EXPECT_EQ(event->content(), R"(452-["a",{"_placeholder":true,"num":0}])");
  EXPECT_THAT(event->attachments(), ElementsAre("\x01\x02", ""));
  const auto ack = AckPacket("/", "7", {.json = kJson, .attachments = attachments});
  EXPECT_EQ(ack->content(), R"(462-7[{"_placeholder":true,"num":0}])");
  EXPECT_THAT(ack->attachments(), ElementsAre("\x01\x02", ""));
}

}  // namespace
}  // namespace caucus::edge::socketio
