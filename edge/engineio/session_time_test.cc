// Heartbeat, activation and linger: everything that a session does because time has passed.

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

constexpr Duration kTick = Duration(1);

class SessionTimeTest : public SessionFixture {};

TEST_F(SessionTimeTest, PingsAfterTheIntervalToTheTick) {
  OpenWebSocket();
  EXPECT_EQ(session_->deadline(), now_ + Milliseconds(300));
  Pass(Milliseconds(300) - kTick);
  EXPECT_EQ(Queue(), "");
  Pass(kTick);
  EXPECT_EQ(Queue(), "2");
  EXPECT_EQ(session_->deadline(), now_ + Milliseconds(200));
}

TEST_F(SessionTimeTest, IgnoresACallBeforeItsTime) {
  OpenWebSocket();
  session_->OnDeadline(now_ + Milliseconds(300) - kTick);
  EXPECT_EQ(Queue(), "");
  EXPECT_EQ(session_->deadline(), now_ + Milliseconds(300));
}

TEST_F(SessionTimeTest, SilentClientIsGoneAfterIntervalAndTimeoutToTheTick) {
  for (const Transport transport : {Transport::kPolling, Transport::kWebSocket}) {
    handler_.closes.clear();
    transport == Transport::kPolling ? OpenPolling() : OpenWebSocket();
    Pass(Milliseconds(500) - kTick);
    EXPECT_THAT(handler_.closes, IsEmpty());
    Pass(kTick);
    EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kPingTimeout));
  }
}

TEST_F(SessionTimeTest, LatePingLeavesTheTimeOfTheEndAsItWas) {
  OpenWebSocket();
  now_ += Milliseconds(350);
  session_->OnDeadline(now_);
  EXPECT_EQ(Queue(), "2");
  EXPECT_EQ(session_->deadline(), now_ + Milliseconds(150));
}

TEST_F(SessionTimeTest, PingsAnIntervalAfterThePong) {
  OpenWebSocket();
  Pass(Milliseconds(300));
  EXPECT_EQ(Write(), "2");
  Pass(Milliseconds(120));
  Receive("3");
  Pass(Milliseconds(300) - kTick);
  EXPECT_EQ(Queue(), "");
  Pass(kTick);
  EXPECT_EQ(Queue(), "2");
}

TEST_F(SessionTimeTest, LivesForeverOnPongs) {
  OpenWebSocket();
  for (int i = 0; i < 100; ++i) {
    Pass(Milliseconds(300));
    ASSERT_EQ(Write(), "2");
    Pass(Milliseconds(200) - kTick);
    Receive("3");
  }
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionTimeTest, PongThatCannotBeReadIsNotMissed) {
  OpenWebSocket();
  Pass(Milliseconds(300));
  EXPECT_EQ(Write(), "2");
  session_->SetInputPaused(true);
  Pass(Milliseconds(1000));
  EXPECT_THAT(handler_.closes, IsEmpty());
  session_->SetInputPaused(false);
  Pass(Milliseconds(200) - kTick);
  EXPECT_THAT(handler_.closes, IsEmpty());
  Pass(Milliseconds(200) + kTick);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kPingTimeout));
}

TEST_F(SessionTimeTest, PongOverPollingCounts) {
  OpenPolling();
  HoldPoll();
  Pass(Milliseconds(300));
  EXPECT_EQ(HeldAnswer(), "2");
  session_->OnPayload("3", now_);
  Pass(Milliseconds(300) - kTick);
  EXPECT_FALSE(session_->HasPollOutput());
  Pass(kTick);
  EXPECT_EQ(Poll(), "2");
}

TEST_F(SessionTimeTest, PongThatNobodyAskedForIsIgnored) {
  OpenWebSocket();
  Pass(Milliseconds(200));
  Receive("3");
  Pass(Milliseconds(100));
  EXPECT_EQ(Write(), "2");
  Receive("3");
  Receive("3");
  Pass(Milliseconds(300));
  EXPECT_EQ(Write(), "2");
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionTimeTest, FirstOtherPacketExtendsTheWaitForAPongOnce) {
  OpenWebSocket();
  Pass(Milliseconds(300));
  Pass(Milliseconds(150));
  Receive("4a");
  Pass(Milliseconds(150));
  EXPECT_THAT(handler_.closes, IsEmpty());
  Receive("4b");
  Pass(Milliseconds(50) - kTick);
  EXPECT_THAT(handler_.closes, IsEmpty());
  Pass(kTick);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kPingTimeout));
}

TEST_F(SessionTimeTest, EveryPingHasItsOwnExtension) {
  OpenWebSocket();
  for (int i = 0; i < 3; ++i) {
    Pass(Milliseconds(300));
    Pass(Milliseconds(200) - kTick);
    Receive("4a");
    Pass(Milliseconds(200) - kTick);
    Receive("3");
  }
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionTimeTest, PacketBeforeThePingDoesNotPutItOff) {
  OpenWebSocket();
  Pass(Milliseconds(299));
  Receive("4a");
  Pass(Milliseconds(1));
  EXPECT_EQ(Queue(), "2");
}

TEST_F(SessionTimeTest, PingTimeoutTellsTheHeldPoll) {
  OpenPolling();
  HoldPoll();
  Pass(Milliseconds(300));
  EXPECT_EQ(HeldAnswer(), "2");
  HoldPoll();
  Pass(Milliseconds(200));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kPingTimeout));
  EXPECT_EQ(HeldAnswer(), "1");
  EXPECT_EQ(session_->state(), Session::State::kClosed);
}

TEST_F(SessionTimeTest, PingTimeoutWithoutAPollForgetsTheSession) {
  OpenPolling();
  session_->OutputTaken();
  Pass(Milliseconds(500));
  EXPECT_EQ(session_->state(), Session::State::kClosed);
  EXPECT_EQ(session_->deadline(), kNever);
  EXPECT_EQ(Queue(), "");
}

TEST_F(SessionTimeTest, PingTimeoutOfAWebSocketDropsItsQueue) {
  OpenWebSocket();
  session_->Send(Message("late"));
  Pass(Milliseconds(500));
  EXPECT_EQ(Queue(), "");
  EXPECT_EQ(session_->state(), Session::State::kClosed);
}

TEST_F(SessionTimeTest, ClosesASessionThatIsNotAcceptedInTime) {
  config_.ping_interval = std::chrono::hours(1);
  OpenRaw(Transport::kWebSocket);
  EXPECT_EQ(session_->deadline(), now_ + std::chrono::seconds(45));
  Pass(std::chrono::seconds(45) - kTick);
  EXPECT_THAT(handler_.closes, IsEmpty());
  Pass(kTick);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kConnectTimeout));
}

TEST_F(SessionTimeTest, AcceptedSessionHasNoSuchDeadline) {
  config_.ping_interval = std::chrono::hours(1);
  OpenRaw(Transport::kWebSocket);
  Pass(std::chrono::seconds(44));
  session_->Activate();
  EXPECT_EQ(session_->deadline(), now_ - std::chrono::seconds(44) + std::chrono::hours(1));
}

TEST_F(SessionTimeTest, ActivityDoesNotPutOffActivation) {
  config_.activation_timeout = Milliseconds(700);
  OpenRaw(Transport::kWebSocket);
  Pass(Milliseconds(300));
  Receive("3");
  Receive("4a");
  Pass(Milliseconds(300));
  Receive("3");
  Pass(Milliseconds(100));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kConnectTimeout));
}

TEST_F(SessionTimeTest, ForgetsACloseThatNobodyFetches) {
  for (const Transport transport : {Transport::kPolling, Transport::kWebSocket}) {
    transport == Transport::kPolling ? OpenPolling() : OpenWebSocket();
    session_->Close(CloseReason::kForcedClose, now_);
    EXPECT_EQ(session_->deadline(), now_ + std::chrono::seconds(30));
    Pass(std::chrono::seconds(30) - kTick);
    EXPECT_EQ(session_->state(), Session::State::kClosing);
    session_->OutputTaken();
    const int signals = outlet_.signals;
    Pass(kTick);
    EXPECT_EQ(session_->state(), Session::State::kClosed);
    EXPECT_EQ(outlet_.signals, signals + 1);
    EXPECT_EQ(session_->deadline(), kNever);
  }
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose, CloseReason::kForcedClose));
}

TEST_F(SessionTimeTest, LingersAnewAfterAPollThatTookTheQueue) {
  OpenPolling();
  session_->Send(Message("1"));
  session_->Close(CloseReason::kForcedClose, now_);
  Pass(std::chrono::seconds(29));
  EXPECT_EQ(Poll(), "41");
  Pass(std::chrono::seconds(29));
  EXPECT_EQ(session_->state(), Session::State::kClosing);
  EXPECT_EQ(Poll(),
            "6\x1e"
            "1");
}

TEST_F(SessionTimeTest, DoesNotPingWhileClosing) {
  OpenPolling();
  session_->Close(CloseReason::kForcedClose, now_);
  Pass(std::chrono::seconds(10));
  EXPECT_EQ(Queue(), "");
}

// --- The handler's own deadline ---

TEST_F(SessionTimeTest, HandlersDeadlineComesOnceAndToTheTick) {
  OpenWebSocket();
  const MonotonicTime due = now_ + Milliseconds(100);
  session_->set_handler_deadline(due);
  EXPECT_EQ(session_->deadline(), due);
  Pass(Milliseconds(100) - kTick);
  EXPECT_THAT(handler_.deadlines, IsEmpty());
  Pass(Milliseconds(150));
  EXPECT_THAT(handler_.deadlines, ElementsAre(due));
  EXPECT_EQ(Queue(), "");
}

TEST_F(SessionTimeTest, HandlersDeadlineThatIsClearedDoesNotCome) {
  OpenWebSocket();
  session_->set_handler_deadline(now_ + Milliseconds(100));
  session_->set_handler_deadline(kNever);
  Pass(Milliseconds(200));
  EXPECT_THAT(handler_.deadlines, IsEmpty());
}

TEST_F(SessionTimeTest, HandlersDeadlineLeavesTheHeartbeatAsItIs) {
  OpenWebSocket();
  handler_.on_deadline = [this](MonotonicTime now) {
    session_->set_handler_deadline(now + Milliseconds(100));
  };
  session_->set_handler_deadline(now_ + Milliseconds(100));
  Pass(Milliseconds(300));
  EXPECT_EQ(handler_.deadlines.size(), 3);
  EXPECT_EQ(Queue(), "2");
  Pass(Milliseconds(200));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kPingTimeout));
}

TEST_F(SessionTimeTest, HandlerMayCloseAtItsDeadline) {
  OpenWebSocket();
  handler_.on_deadline = [this](MonotonicTime now) {
    session_->Close(CloseReason::kInvalidPacket, now);
  };
  session_->set_handler_deadline(now_ + Milliseconds(300));
  Pass(Milliseconds(300));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kInvalidPacket));
  EXPECT_EQ(Queue(), "");
}

TEST_F(SessionTimeTest, HandlersDeadlineDoesNotComeOnceTheSessionIsClosing) {
  OpenWebSocket();
  session_->set_handler_deadline(now_ + Milliseconds(100));
  session_->Close(CloseReason::kForcedClose, now_);
  Pass(Milliseconds(200));
  EXPECT_THAT(handler_.deadlines, IsEmpty());
}

}  // namespace
}  // namespace caucus::edge::engineio
