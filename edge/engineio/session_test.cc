// Opening, polling, messages and closing. Time, upgrades and the queue's bounds have tests of their
// own.

#include "edge/engineio/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "edge/engineio/close_reason.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session_fixture.h"

namespace caucus::edge::engineio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using PollVerdict = Session::PollVerdict;
using State = Session::State;

constexpr std::string_view kNoopAndClose =
    "6\x1e"
    "1";

class SessionTest : public SessionFixture {};

TEST_F(SessionTest, OpensPollingWithFiveKeysInOrder) {
  config_ = {};
  OpenRaw(Transport::kPolling);
  EXPECT_EQ(Poll(), R"(0{"sid":"sid","upgrades":["websocket"],"pingInterval":25000,)"
                    R"("pingTimeout":20000,"maxPayload":1000000})");
}

TEST_F(SessionTest, OpensAWebSocketWithoutUpgrades) {
  config_.payload_bytes_max = 65'536;
  OpenRaw(Transport::kWebSocket);
  EXPECT_EQ(Write(), R"(0{"sid":"sid","upgrades":[],"pingInterval":300,)"
                     R"("pingTimeout":200,"maxPayload":65536})");
}

TEST_F(SessionTest, HasWhatItWasOpenedWith) {
  OpenRaw(Transport::kPolling);
  EXPECT_EQ(session_->id(), "sid");
  EXPECT_EQ(session_->transport(), Transport::kPolling);
  EXPECT_EQ(session_->state(), State::kOpen);
  EXPECT_FALSE(session_->upgrading());
  EXPECT_FALSE(session_->overflowed());
}

TEST_F(SessionTest, NamesItsReasonsAsTheReferenceDoes) {
  EXPECT_EQ(NameOf(CloseReason::kTransportError), "transport error");
  EXPECT_EQ(NameOf(CloseReason::kTransportClose), "transport close");
  EXPECT_EQ(NameOf(CloseReason::kForcedClose), "forced close");
  EXPECT_EQ(NameOf(CloseReason::kPingTimeout), "ping timeout");
  EXPECT_EQ(NameOf(CloseReason::kParseError), "parse error");
  EXPECT_EQ(NameOf(CloseReason::kSlowConsumer), "slow consumer");
  EXPECT_EQ(NameOf(CloseReason::kServerShuttingDown), "server shutting down");
}

TEST_F(SessionTest, OffersNoUpgradeThatIsNotAllowed) {
  config_.allow_upgrades = false;
  OpenRaw(Transport::kPolling);
  EXPECT_THAT(Poll(), testing::HasSubstr(R"("upgrades":[],)"));
  EXPECT_TRUE(session_->BeginUpgrade(now_)) << "the reference lets it succeed all the same";
}

TEST_F(SessionTest, OffersNoUpgradeToATransportThatIsNotServed) {
  config_.transports = {.polling = true, .websocket = false};
  OpenRaw(Transport::kPolling);
  EXPECT_THAT(Poll(), testing::HasSubstr(R"("upgrades":[],)"));
}

// --- Polling ---

TEST_F(SessionTest, HoldsAPollUntilThereIsOutput) {
  OpenPolling();
  HoldPoll();
  EXPECT_FALSE(session_->HasPollOutput());
  session_->OutputTaken();
  const int signals = outlet_.signals;
  session_->Send(Message("a"));
  EXPECT_EQ(outlet_.signals, signals + 1);
  EXPECT_EQ(HeldAnswer(), "4a");
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionTest, AnswersAPollWithAllThatIsQueued) {
  OpenPolling();
  session_->Send(Message("a"));
  session_->Send(EncodedPacket::Binary("\x01\x02"));
  session_->Send(Message("b"));
  EXPECT_FALSE(session_->HasPollOutput());
  EXPECT_EQ(Poll(),
            "4a\x1e"
            "bAQI=\x1e"
            "4b");
  HoldPoll();
}

TEST_F(SessionTest, SecondPollClosesAndIsToldFromTheFirst) {
  OpenPolling();
  HoldPoll();
  EXPECT_EQ(session_->OnPoll(now_), PollVerdict::kDuplicate);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportError));
  EXPECT_EQ(HeldAnswer(), "1");
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, AbortedPollCloses) {
  OpenPolling();
  HoldPoll();
  session_->OnPollAborted(now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportError));
  EXPECT_EQ(session_->state(), State::kClosed);
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionTest, AbortedPollOfAClosingSessionEndsIt) {
  OpenPolling();
  HoldPoll();
  session_->Close(CloseReason::kForcedClose, now_);
  session_->OnPollAborted(now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, PassesThePacketsOfAPostOn) {
  OpenPolling();
  session_->OnPayload(
      "4a\x1e"
      "bAQI=\x1e"
      "4\x1e"
      "4b",
      now_);
  EXPECT_THAT(handler_.messages, ElementsAre("a", "binary:\x01\x02", "", "b"));
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionTest, PausedInputLeavesTheRestOfAPost) {
  OpenPolling();
  handler_.on_message = [this](std::string_view data, MonotonicTime) {
    if (data == "a") session_->SetInputPaused(true);
  };
  const std::string body =
      "4a\x1e"
      "4b\x1e"
      "4c";
  const std::optional<std::string_view> rest = session_->OnPayload(body, now_);
  ASSERT_EQ(rest,
            "4b\x1e"
            "4c");
  EXPECT_THAT(handler_.messages, ElementsAre("a"));
  session_->SetInputPaused(false);
  EXPECT_EQ(session_->OnPayload(*rest, now_), std::nullopt);
  EXPECT_THAT(handler_.messages, ElementsAre("a", "b", "c"));
}

TEST_F(SessionTest, PostWhileAPollIsHeldLeavesItHeld) {
  OpenPolling();
  HoldPoll();
  session_->OnPayload("4a", now_);
  EXPECT_FALSE(session_->HasPollOutput());
}

TEST_F(SessionTest, MalformedPacketClosesAfterThoseBeforeIt) {
  for (const std::string_view bad : {"abc", "", "7", "b!"}) {
    OpenPolling();
    handler_.messages.clear();
    handler_.closes.clear();
    session_->OnPayload("4a\x1e" + std::string(bad) + "\x1e" + "4b", now_);
    EXPECT_THAT(handler_.messages, ElementsAre("a"));
    EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kParseError));
    EXPECT_EQ(session_->state(), State::kClosed);
  }
}

TEST_F(SessionTest, EmptyPostCloses) {
  OpenPolling();
  HoldPoll();
  session_->OnPayload("", now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kParseError));
  EXPECT_EQ(HeldAnswer(), "1");
}

TEST_F(SessionTest, ClientsCloseAnswersTheHeldPollWithANoop) {
  OpenPolling();
  HoldPoll();
  session_->OnPayload("1", now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(HeldAnswer(), "6");
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, ClientsCloseWithoutAPollEndsTheSession) {
  OpenPolling();
  session_->Send(Message("never fetched"));
  session_->OnPayload(
      "4a\x1e"
      "1\x1e"
      "4b",
      now_);
  EXPECT_THAT(handler_.messages, ElementsAre("a"));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(session_->state(), State::kClosed);
}

// --- WebSocket ---

TEST_F(SessionTest, PassesWebSocketMessagesOn) {
  OpenWebSocket();
  Receive("4a");
  session_->OnWebSocketMessage(MessageKind::kBinary, "4\x01", now_);
  Receive("bAQI=");
  Receive("4");
  // A message is one packet: the separator of payloads means nothing here.
  Receive(
      "4a\x1e"
      "4b");
  EXPECT_THAT(handler_.messages, ElementsAre("a", "binary:4\x01", "binary:\x01\x02", "",
                                             "a\x1e"
                                             "4b"));
}

TEST_F(SessionTest, MalformedWebSocketMessageCloses) {
  for (const std::string_view bad : {"", "abc", "7", "b!"}) {
    OpenWebSocket();
    handler_.closes.clear();
    Receive(bad);
    EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kParseError)) << bad;
    EXPECT_EQ(session_->state(), State::kClosing);
    Receive("4late");
    EXPECT_THAT(handler_.messages, IsEmpty());
  }
}

TEST_F(SessionTest, AnswersToWhatCameBeforeAMalformedWebSocketMessageStillGoOut) {
  OpenWebSocket();
  session_->Send(Message("ack"));
  Receive("abc");
  EXPECT_EQ(Write(), "4ack");
  session_->OnWebSocketClosed(CloseReason::kTransportClose, now_);
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, ClientsCloseOverWebSocketCloses) {
  OpenWebSocket();
  session_->Send(Message("never written"));
  Receive("1");
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(session_->state(), State::kClosed);
  EXPECT_EQ(Queue(), "");
}

TEST_F(SessionTest, LostWebSocketEndsTheSession) {
  OpenWebSocket();
  session_->OnWebSocketClosed(CloseReason::kTransportClose, now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportClose));
  EXPECT_EQ(session_->state(), State::kClosed);
  EXPECT_EQ(outlet_.signals, 1);
}

TEST_F(SessionTest, LostWebSocketOfAClosingSessionEndsIt) {
  OpenWebSocket();
  session_->Close(CloseReason::kForcedClose, now_);
  session_->OnWebSocketClosed(CloseReason::kTransportError, now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(session_->state(), State::kClosed);
}

// --- Packets of either transport ---

TEST_F(SessionTest, ClientsPingCloses) {
  OpenWebSocket();
  Receive("2");
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kTransportError));

  OpenPolling();
  session_->OnPayload(
      "2\x1e"
      "4a",
      now_);
  EXPECT_THAT(handler_.closes,
              ElementsAre(CloseReason::kTransportError, CloseReason::kTransportError));
  EXPECT_THAT(handler_.messages, IsEmpty());
}

TEST_F(SessionTest, PacketsWithoutMeaningAreIgnored) {
  OpenWebSocket();
  for (const std::string_view text : {"0", "0{}", "3", "3probe", "5", "6"}) Receive(text);
  OpenPolling();
  session_->OnPayload(
      "0\x1e"
      "3\x1e"
      "5\x1e"
      "6",
      now_);
  EXPECT_THAT(handler_.closes, IsEmpty());
  EXPECT_THAT(handler_.messages, IsEmpty());
  EXPECT_EQ(session_->state(), State::kOpen);
}

// --- Close by the server ---

TEST_F(SessionTest, ServersCloseAnswersTheHeldPoll) {
  OpenPolling();
  HoldPoll();
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_EQ(session_->state(), State::kClosing);
  EXPECT_EQ(HeldAnswer(), "1");
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, ServersCloseWaitsForThePollThatFetchesIt) {
  OpenPolling();
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_EQ(session_->state(), State::kClosing);
  EXPECT_EQ(Poll(), kNoopAndClose);
  EXPECT_EQ(session_->state(), State::kClosed);
}

// Observed on the reference with `socket.disconnect(true)`.
TEST_F(SessionTest, ServersCloseComesAfterWhatIsQueued) {
  OpenPolling();
  HoldPoll();
  session_->Send(Message("1"));
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_EQ(HeldAnswer(), "41");
  EXPECT_EQ(session_->state(), State::kClosing);
  EXPECT_EQ(Poll(), kNoopAndClose);
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, ServersCloseLeavesTheQueueToTheWebSocket) {
  OpenWebSocket();
  session_->Send(Message("1"));
  session_->Close(CloseReason::kServerShuttingDown, now_);
  EXPECT_EQ(session_->state(), State::kClosing);
  EXPECT_EQ(Write(), "41");
  session_->OnWebSocketClosed(CloseReason::kTransportClose, now_);
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, AnswersToWhatCameBeforeAViolationStillGoOut) {
  for (const CloseReason reason :
       {CloseReason::kInvalidPacket, CloseReason::kConnectTimeout, CloseReason::kTooManyEvents}) {
    OpenWebSocket();
    session_->Send(Message("ack"));
    session_->Close(reason, now_);
    EXPECT_EQ(session_->state(), State::kClosing);
    EXPECT_EQ(session_->close_reason(), reason);
    EXPECT_EQ(Write(), "4ack");

    OpenPolling();
    session_->Send(Message("ack"));
    session_->Close(reason, now_);
    EXPECT_EQ(Poll(), "4ack");
    EXPECT_EQ(Poll(), kNoopAndClose);
    EXPECT_EQ(session_->state(), State::kClosed);
  }
}

TEST_F(SessionTest, ReconnectEndsAPollingSessionWithTheHeldGetOrTheNext) {
  OpenPolling();
  session_->OnPoll(now_);
  session_->Close(CloseReason::kReconnect, now_);
  EXPECT_EQ(HeldAnswer(), "1");
  EXPECT_EQ(session_->state(), State::kClosed);

  OpenPolling();
  session_->Send(Message("a"));
  session_->Close(CloseReason::kReconnect, now_);
  EXPECT_EQ(Poll(), "4a");
  EXPECT_EQ(Poll(), kNoopAndClose);
  EXPECT_EQ(session_->state(), State::kClosed);
}

TEST_F(SessionTest, ReconnectLeavesTheQueueToTheWebSocket) {
  OpenWebSocket();
  session_->Send(Message("a"));
  session_->Close(CloseReason::kReconnect, now_);
  EXPECT_EQ(session_->state(), State::kClosing);
  EXPECT_EQ(Write(), "4a");
}

TEST_F(SessionTest, FirstRequestToCloseCounts) {
  OpenWebSocket();
  EXPECT_FALSE(session_->close_requested());
  session_->RequestClose(CloseReason::kTooManyEvents);
  session_->RequestClose();
  EXPECT_EQ(session_->requested_close(), CloseReason::kTooManyEvents);
  EXPECT_EQ(session_->state(), State::kOpen);
  EXPECT_EQ(session_->close_reason(), std::nullopt);
}

TEST_F(SessionTest, FirstCloseCounts) {
  OpenPolling();
  session_->Close(CloseReason::kForcedClose, now_);
  session_->Close(CloseReason::kTransportError, now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(Poll(), kNoopAndClose);
}

TEST_F(SessionTest, NothingFollowsAClose) {
  OpenPolling();
  session_->Close(CloseReason::kForcedClose, now_);
  session_->Send(Message("late"));
  session_->OnPayload("4late", now_);
  session_->OnPayload("abc", now_);
  EXPECT_THAT(handler_.messages, IsEmpty());
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(Poll(), kNoopAndClose);
}

// --- Calls from within ---

TEST_F(SessionTest, HandlerThatClosesStopsThePayload) {
  OpenPolling();
  handler_.on_message = [this](std::string_view data, MonotonicTime now) {
    if (data == "b") session_->Close(CloseReason::kForcedClose, now);
  };
  session_->OnPayload(
      "4a\x1e"
      "4b\x1e"
      "4c\x1e"
      "abc",
      now_);
  EXPECT_THAT(handler_.messages, ElementsAre("a", "b"));
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(Poll(), kNoopAndClose);
}

TEST_F(SessionTest, HandlerAnswersFromWithin) {
  OpenPolling();
  HoldPoll();
  handler_.on_message = [this](std::string_view data, MonotonicTime) {
    session_->Send(Message("re:" + std::string(data)));
  };
  session_->OnPayload(
      "4a\x1e"
      "4b",
      now_);
  EXPECT_EQ(HeldAnswer(),
            "4re:a\x1e"
            "4re:b");
}

TEST_F(SessionTest, HandlerCanDoNothingMoreOnceClosed) {
  OpenPolling();
  handler_.on_close = [this] {
    session_->Send(Message("late"));
    session_->Close(CloseReason::kParseError, now_);
  };
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kForcedClose));
  EXPECT_EQ(Poll(), kNoopAndClose);
}

TEST_F(SessionTest, SignalsOutputOnceUntilItIsTaken) {
  OpenWebSocket();
  const int signals = outlet_.signals;
  session_->Send(Message("a"));
  session_->Send(Message("b"));
  session_->Close(CloseReason::kForcedClose, now_);
  EXPECT_EQ(outlet_.signals, signals + 1);
  session_->OutputTaken();
  session_->OnWebSocketClosed(CloseReason::kTransportClose, now_);
  EXPECT_EQ(outlet_.signals, signals + 2);
}

}  // namespace
}  // namespace caucus::edge::engineio
