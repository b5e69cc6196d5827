// The change from polling to a WebSocket.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/engineio/session_fixture.h"

namespace caucus::edge::engineio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using ProbeVerdict = Session::ProbeVerdict;

constexpr Duration kTick = Duration(1);

class SessionUpgradeTest : public SessionFixture {
 protected:
  SessionUpgradeTest() { config_.ping_interval = std::chrono::hours(1); }

  ProbeVerdict Probe(std::string_view text) {
    return session_->OnProbe(MessageKind::kText, text, now_);
  }
};

TEST_F(SessionUpgradeTest, DancesTheDance) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  EXPECT_TRUE(session_->upgrading());
  EXPECT_EQ(Probe("2probe"), ProbeVerdict::kReplyPong);
  EXPECT_EQ(session_->transport(), Transport::kPolling);
  Pass(Milliseconds(100) - kTick);
  EXPECT_FALSE(session_->HasPollOutput());
  Pass(kTick);
  EXPECT_EQ(HeldAnswer(), "6");
  EXPECT_EQ(Probe("5"), ProbeVerdict::kUpgraded);
  EXPECT_FALSE(session_->upgrading());
  EXPECT_EQ(session_->transport(), Transport::kWebSocket);
  EXPECT_EQ(session_->state(), Session::State::kOpen);
  EXPECT_THAT(handler_.closes, IsEmpty());
}

// A client may send everything without waiting for `3probe`.
TEST_F(SessionUpgradeTest, AnswersTheHeldPollOfAnUpgradeThatDoesNotWait) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  EXPECT_EQ(Probe("2probe"), ProbeVerdict::kReplyPong);
  EXPECT_EQ(Probe("5"), ProbeVerdict::kUpgraded);
  EXPECT_TRUE(session_->HasPollOutput());
  session_->Send(Message("reply"));
  Receive("4early");
  EXPECT_THAT(handler_.messages, ElementsAre("early"));
  EXPECT_EQ(HeldAnswer(), "6");
  EXPECT_FALSE(session_->HasPollOutput());
  EXPECT_EQ(Write(), "4reply");
}

TEST_F(SessionUpgradeTest, TellsTheShellOfTheChange) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->OutputTaken();
  const int signals = outlet_.signals;
  Probe("5");
  EXPECT_EQ(outlet_.signals, signals + 1);
}

TEST_F(SessionUpgradeTest, UpgradesWithoutAHeldPoll) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  EXPECT_EQ(Probe("5"), ProbeVerdict::kUpgraded);
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionUpgradeTest, FlushesWhatIsQueuedOnTheWebSocket) {
  OpenPolling();
  session_->Send(Message("a"));
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->Send(Message("b"));
  Probe("5");
  EXPECT_EQ(Write(), "4a|4b");
}

TEST_F(SessionUpgradeTest, GoesOnPollingWhileProbing) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->Send(Message("a"));
  EXPECT_EQ(HeldAnswer(), "4a");
  session_->OnPayload("4b", now_);
  EXPECT_THAT(handler_.messages, ElementsAre("b"));
}

TEST_F(SessionUpgradeTest, FreesAPollThatArrivesWhileProbing) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  for (int i = 0; i < 3; ++i) {
    Pass(Milliseconds(50));
    HoldPoll();
    Pass(Milliseconds(100) - kTick);
    EXPECT_FALSE(session_->HasPollOutput());
    session_->OutputTaken();
    const int signals = outlet_.signals;
    Pass(kTick);
    EXPECT_EQ(outlet_.signals, signals + 1);
    EXPECT_EQ(HeldAnswer(), "6");
  }
}

TEST_F(SessionUpgradeTest, HoldsPollsUntilTheWebSocketHasProbed) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  HoldPoll();
  Pass(Milliseconds(500));
  EXPECT_FALSE(session_->HasPollOutput());
  Probe("2probe");
  Pass(Milliseconds(100));
  EXPECT_EQ(HeldAnswer(), "6");
}

TEST_F(SessionUpgradeTest, HoldsPollsUntilASecondWebSocketHasProbed) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->EndUpgrade();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  HoldPoll();
  Pass(Milliseconds(500));
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionUpgradeTest, PollThatWasAnsweredIsNotFreedAgain) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->Send(Message("a"));
  EXPECT_EQ(HeldAnswer(), "4a");
  Pass(Milliseconds(90));
  HoldPoll();
  Pass(Milliseconds(10));
  EXPECT_FALSE(session_->HasPollOutput());
  Pass(Milliseconds(90));
  EXPECT_EQ(HeldAnswer(), "6");
}

TEST_F(SessionUpgradeTest, EndsAtItsTimeoutAndGoesOnPolling) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  Pass(Milliseconds(1000) - kTick);
  EXPECT_TRUE(session_->upgrading());
  session_->OutputTaken();
  const int signals = outlet_.signals;
  Pass(kTick);
  EXPECT_FALSE(session_->upgrading());
  EXPECT_EQ(outlet_.signals, signals + 1);
  EXPECT_EQ(session_->state(), Session::State::kOpen);
  HoldPoll();
  Pass(std::chrono::seconds(1));
  EXPECT_FALSE(session_->HasPollOutput());
  session_->Send(Message("a"));
  EXPECT_EQ(HeldAnswer(), "4a");
}

TEST_F(SessionUpgradeTest, AnyOtherPacketEndsTheProbeOnly) {
  OpenPolling();
  for (const std::string_view text :
       {"", "2", "2prob", "2probe2", "3", "3probe", "4hello", "1", "6", "5x", "abc", "bAQI="}) {
    ASSERT_TRUE(session_->BeginUpgrade(now_)) << text;
    Probe("2probe");
    EXPECT_EQ(Probe(text), ProbeVerdict::kAbort) << text;
    EXPECT_FALSE(session_->upgrading());
  }
  for (const std::string_view text : {"2probe", "5"}) {
    ASSERT_TRUE(session_->BeginUpgrade(now_));
    EXPECT_EQ(session_->OnProbe(MessageKind::kBinary, text, now_), ProbeVerdict::kAbort);
  }
  EXPECT_EQ(session_->transport(), Transport::kPolling);
  EXPECT_THAT(handler_.messages, IsEmpty());
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionUpgradeTest, ProbeThatEndsLeavesTheHeldPollHeld) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->EndUpgrade();
  Pass(std::chrono::seconds(1));
  EXPECT_FALSE(session_->HasPollOutput());
  EXPECT_TRUE(session_->BeginUpgrade(now_));
}

TEST_F(SessionUpgradeTest, RefusesASecondWebSocket) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  EXPECT_FALSE(session_->BeginUpgrade(now_));
  Probe("2probe");
  EXPECT_FALSE(session_->BeginUpgrade(now_));
  Probe("5");
  EXPECT_FALSE(session_->BeginUpgrade(now_));
}

TEST_F(SessionUpgradeTest, RefusesASessionThatBeganAsAWebSocket) {
  OpenWebSocket();
  EXPECT_FALSE(session_->BeginUpgrade(now_));
}

TEST_F(SessionUpgradeTest, UpgradesASessionThatIsClosing) {
  OpenPolling();
  session_->Send(Message("bye"));
  session_->Close(CloseReason::kForcedClose, now_);
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  EXPECT_EQ(Probe("2probe"), ProbeVerdict::kReplyPong);
  EXPECT_EQ(Probe("5"), ProbeVerdict::kUpgraded);
  EXPECT_EQ(session_->state(), Session::State::kClosing);
  EXPECT_EQ(Write(), "4bye");
  session_->OnWebSocketClosed(CloseReason::kTransportClose, now_);
  EXPECT_EQ(session_->state(), Session::State::kClosed);
}

TEST_F(SessionUpgradeTest, ClosesWhileProbing) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_EQ(HeldAnswer(), "1");
  EXPECT_EQ(session_->state(), Session::State::kClosed);
}

TEST_F(SessionUpgradeTest, DoesNotUpgradeAClosedSession) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  session_->Close(CloseReason::kTransportError, now_);
  ASSERT_EQ(session_->state(), Session::State::kClosed);
  EXPECT_EQ(Probe("5"), ProbeVerdict::kAbort);
  EXPECT_FALSE(session_->BeginUpgrade(now_));
}

TEST_F(SessionUpgradeTest, PollAfterTheUpgradeIsAnsweredAtOnce) {
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  Probe("5");
  session_->Send(Message("a"));
  EXPECT_EQ(Poll(), "6");
  EXPECT_EQ(Queue(), "4a");
}

TEST_F(SessionUpgradeTest, PollThatIsAbortedAfterTheUpgradeDoesNotMatter) {
  OpenPolling();
  HoldPoll();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  Probe("5");
  session_->OnPollAborted(now_);
  EXPECT_EQ(session_->state(), Session::State::kOpen);
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionUpgradeTest, HeartbeatGoesOnOverTheWebSocket) {
  config_.ping_interval = Milliseconds(300);
  OpenPolling();
  ASSERT_TRUE(session_->BeginUpgrade(now_));
  Probe("2probe");
  Pass(Milliseconds(200));
  Probe("5");
  Pass(Milliseconds(100));
  EXPECT_EQ(Write(), "2");
  Receive("3");
  Pass(Milliseconds(300));
  EXPECT_EQ(Write(), "2");
}

}  // namespace
}  // namespace caucus::edge::engineio
