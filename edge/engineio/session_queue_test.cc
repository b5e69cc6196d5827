// The output queue: partial writes, its bound, and state that replaces older state.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <malloc.h>

#include <string>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"
#include "edge/engineio/session_fixture.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::engineio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

size_t HeapBytesInUse() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

class SessionQueueTest : public SessionFixture {
 protected:
  static constexpr size_t kPacketBytes = 100;

  // A queue that has room for ten packets of Sized.
  SessionQueueTest() { config_.queue_bytes_max = 10 * (kPacketBytes + kQueuedPacketOverheadBytes); }

  // A message whose frame has kPacketBytes: `name`, then dots.
  static EncodedPacketPtr Sized(std::string name) {
    name.resize(kPacketBytes - 3, '.');
    EncodedPacketPtr packet = Message(name);
    EXPECT_EQ(packet->websocket_frame().size(), kPacketBytes);
    return packet;
  }

  // The names of the packets in the queue.
  std::string Names() const {
    std::string names;
    for (const Session::Queued& queued : session_->queue()) {
      const std::string_view content = queued.packet->content();
      if (!names.empty()) names.push_back(' ');
      names.append(content.substr(1, content.find('.') - 1));
    }
    return names;
  }

  void SendMany(int count) {
    for (int i = 0; i < count; ++i) session_->Send(Sized(std::to_string(i)));
  }
};

TEST_F(SessionQueueTest, TakesOffWhatIsWholeWritten) {
  OpenWebSocket();
  SendMany(3);
  session_->OnWritten(kPacketBytes);
  EXPECT_EQ(Names(), "1 2");
  EXPECT_EQ(session_->front_bytes_written(), 0);
  session_->OnWritten(2 * kPacketBytes);
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(session_->front_bytes_written(), 0);
}

TEST_F(SessionQueueTest, DropsWhatMayBeDroppedOnceHalfFull) {
  OpenWebSocket();
  SendMany(4);
  session_->Send(Sized("fifth"), {.droppable = true});
  session_->Send(Sized("sixth"), {.droppable = true});
  EXPECT_EQ(Names(), "0 1 2 3 fifth");
  session_->Send(Sized("last"));
  EXPECT_EQ(Names(), "0 1 2 3 fifth last");
}

TEST_F(SessionQueueTest, ClosesForNothingThatMayBeDropped) {
  OpenWebSocket();
  SendMany(1);
  session_->Send(Message(std::string(5000, 'x')), {.droppable = true});
  EXPECT_EQ(Names(), "0");
  EXPECT_FALSE(session_->overflowed());
}

TEST_F(SessionQueueTest, KeepsAPacketTogetherWithItsAttachments) {
  OpenWebSocket();
  session_->Send(Message("one"));
  session_->OnWritten(1);
  const std::string attachments[] = {"AB", "C"};
  session_->Send(EncodedPacket::Text(PacketType::kMessage, "x.", attachments),
                 {.supersede_key = 1});
  const size_t bytes = session_->queue().back().packet->websocket_frame().size();
  session_->OnWritten(5);
  EXPECT_EQ(Names(), "x");
  session_->OnWritten(bytes - 1);
  EXPECT_EQ(Names(), "x");
  session_->OnWritten(1);
  EXPECT_EQ(Names(), "");
}

TEST_F(SessionQueueTest, CountsPartialWrites) {
  OpenWebSocket();
  SendMany(4);
  session_->OnWritten(30);
  EXPECT_EQ(Names(), "0 1 2 3");
  EXPECT_EQ(session_->front_bytes_written(), 30);
  session_->OnWritten(69);
  EXPECT_EQ(session_->front_bytes_written(), 99);
  session_->OnWritten(1);
  EXPECT_EQ(Names(), "1 2 3");
  EXPECT_EQ(session_->front_bytes_written(), 0);
  session_->OnWritten(2 * kPacketBytes + 1);
  EXPECT_EQ(Names(), "3");
  EXPECT_EQ(session_->front_bytes_written(), 1);
  session_->OnWritten(0);
  EXPECT_EQ(session_->front_bytes_written(), 1);
  session_->OnWritten(99);
  EXPECT_EQ(Names(), "");
}

TEST_F(SessionQueueTest, OverflowIsMarkedAndSignalled) {
  OpenWebSocket();
  SendMany(10);
  EXPECT_FALSE(session_->overflowed());
  session_->OutputTaken();
  const int signals = outlet_.signals;
  session_->Send(Message(""));
  EXPECT_TRUE(session_->overflowed());
  EXPECT_EQ(outlet_.signals, signals + 1);
  // It is for the shell to close: the caller may be in the middle of a broadcast.
  EXPECT_EQ(session_->state(), Session::State::kOpen);
  EXPECT_THAT(handler_.closes, IsEmpty());
}

TEST_F(SessionQueueTest, ClientThatTakesItAtOnceIsNotSlow) {
  OpenWebSocket();
  outlet_.on_queue_full = [this] { session_->OnWritten(4 * kPacketBytes + 1); };
  SendMany(15);
  EXPECT_FALSE(session_->overflowed());
  EXPECT_EQ(Names(), "8 9 10 11 12 13 14");
  EXPECT_EQ(session_->front_bytes_written(), 2);
  outlet_.on_queue_full = [] {};
  SendMany(4);
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, NothingIsQueuedBehindAGap) {
  OpenWebSocket();
  SendMany(10);
  session_->Send(Sized("lost"));
  session_->OnWritten(5 * kPacketBytes);
  session_->Send(Sized("late"));
  EXPECT_EQ(Names(), "5 6 7 8 9");
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, SlowConsumersQueueIsDropped) {
  OpenWebSocket();
  SendMany(11);
  session_->Close(CloseReason::kSlowConsumer, now_);
  EXPECT_EQ(Names(), "");
  EXPECT_EQ(session_->state(), Session::State::kClosed);
  EXPECT_THAT(handler_.closes, ElementsAre(CloseReason::kSlowConsumer));
}

TEST_F(SessionQueueTest, CloseFinishesTheFrameThatHasBegun) {
  OpenWebSocket();
  SendMany(3);
  session_->OnWritten(1);
  session_->Close(CloseReason::kPingTimeout, now_);
  EXPECT_EQ(Names(), "0");
  session_->OnWritten(kPacketBytes - 1);
  EXPECT_EQ(Names(), "");
}

TEST_F(SessionQueueTest, CountsTheBytesThatAreReallyWritten) {
  const websocket::DeflateOptions deflate = {.enabled = true, .threshold_bytes = 50};
  OpenWebSocket();
  session_->set_deflate(&deflate);
  SendMany(3);
  const size_t bytes = session_->FrameOf(*session_->queue().front().packet).size();
  ASSERT_LT(bytes, kPacketBytes);
  session_->OnWritten(bytes - 1);
  EXPECT_EQ(Names(), "0 1 2");
  session_->OnWritten(1);
  EXPECT_EQ(Names(), "1 2");
  EXPECT_EQ(session_->queue_bytes(), 2 * (kPacketBytes + kQueuedPacketOverheadBytes));
  for (const Session::Queued& queued :
       std::vector(session_->queue().begin(), session_->queue().end())) {
    session_->OnWritten(session_->FrameOf(*queued.packet).size());
  }
  EXPECT_EQ(session_->queue_bytes(), 0);
}

TEST_F(SessionQueueTest, WritesBinaryInBase64ToAClientThatWantsIt) {
  const websocket::DeflateOptions deflate = {.enabled = true, .threshold_bytes = 1};
  OpenWebSocket();
  session_->set_base64(true);
  session_->set_deflate(&deflate);
  const EncodedPacketPtr text = Message(std::string(100, 'a'));
  const EncodedPacketPtr binary = EncodedPacket::Binary("\x01\x02");
  EXPECT_EQ(session_->FrameOf(*text), text->websocket_frame());
  session_->Send(binary);
  session_->Send(text);
  EXPECT_EQ(session_->FrameOf(*binary),
            "\x81\x05"
            "bAQI=");
  session_->OnWritten(6);
  EXPECT_EQ(session_->queue().size(), 2);
  session_->OnWritten(1);
  EXPECT_EQ(session_->queue().size(), 1);
  session_->OnWritten(text->websocket_frame().size());
  EXPECT_EQ(session_->queue_bytes(), 0);
}

// The client's next GET finds no such session.
TEST_F(SessionQueueTest, OverflowsOverPollingToo) {
  OpenPolling();
  SendMany(11);
  EXPECT_TRUE(session_->overflowed());
  session_->Close(CloseReason::kSlowConsumer, now_);
  EXPECT_EQ(session_->state(), Session::State::kClosed);
}

TEST_F(SessionQueueTest, WritingMakesRoom) {
  OpenWebSocket();
  for (int i = 0; i < 100; ++i) {
    SendMany(10);
    EXPECT_NE(Write(), "");
  }
  EXPECT_FALSE(session_->overflowed());

  OpenPolling();
  for (int i = 0; i < 100; ++i) {
    SendMany(10);
    EXPECT_NE(Poll(), "");
  }
  EXPECT_FALSE(session_->overflowed());
}

TEST_F(SessionQueueTest, OnePacketMayBeLargerThanTheBound) {
  OpenWebSocket();
  session_->Send(Message(std::string(5000, 'x')));
  EXPECT_FALSE(session_->overflowed());
  session_->Send(Message(""));
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, KeepsOlderStateWhileHalfEmpty) {
  OpenWebSocket();
  session_->Send(Sized("a1"), {.supersede_key = 1});
  SendMany(3);
  session_->Send(Sized("a2"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "a1 0 1 2 a2");
}

TEST_F(SessionQueueTest, DropsOlderStateOnceHalfFull) {
  OpenWebSocket();
  session_->Send(Sized("x"));
  session_->Send(Sized("a1"), {.supersede_key = 1});
  SendMany(3);
  session_->Send(Sized("a2"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "x 0 1 2 a2");
}

TEST_F(SessionQueueTest, DropsOnlyStateOfTheSameKey) {
  OpenWebSocket();
  session_->Send(Sized("a1"), {.supersede_key = 1});
  session_->Send(Sized("b1"), {.supersede_key = 2});
  SendMany(4);
  session_->Send(Sized("b2"), {.supersede_key = 2});
  session_->Send(Sized("c1"), {.supersede_key = 3});
  session_->Send(Sized("y"));
  EXPECT_EQ(Names(), "a1 0 1 2 3 b2 c1 y");
}

TEST_F(SessionQueueTest, NeverDropsAFrameThatHasBegun) {
  OpenWebSocket();
  session_->Send(Sized("a1"), {.supersede_key = 1});
  SendMany(5);
  session_->OnWritten(1);
  session_->Send(Sized("a2"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "a1 0 1 2 3 4 a2");
  session_->Send(Sized("a3"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "a1 0 1 2 3 4 a3");
  session_->OnWritten(kPacketBytes - 1);
  EXPECT_EQ(Names(), "0 1 2 3 4 a3");
  session_->Send(Sized("a4"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "0 1 2 3 4 a4");
}

TEST_F(SessionQueueTest, DropsTheFrontIfItHasNotBegun) {
  OpenWebSocket();
  session_->Send(Sized("x"));
  session_->Send(Sized("a1"), {.supersede_key = 1});
  SendMany(5);
  session_->OnWritten(kPacketBytes);
  session_->Send(Sized("a2"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "0 1 2 3 4 a2");
}

TEST_F(SessionQueueTest, StateThatIsReplacedNeverOverflows) {
  OpenWebSocket();
  for (int i = 0; i < 1000; ++i)
    session_->Send(Sized("a" + std::to_string(i)), {.supersede_key = 1});
  EXPECT_FALSE(session_->overflowed());
  EXPECT_THAT(Names(), testing::EndsWith("a999"));
  EXPECT_LE(session_->queue().size(), 5);
}

TEST_F(SessionQueueTest, AChangeReplacesNothing) {
  OpenWebSocket();
  session_->Send(Sized("s1"), {.supersede_key = 1});
  for (int i = 0; i < 9; ++i) {
    session_->Send(Sized("c" + std::to_string(i)), {.supersede_key = 1, .is_change = true});
  }
  EXPECT_EQ(Names(), "s1 c0 c1 c2 c3 c4 c5 c6 c7 c8");
  EXPECT_FALSE(session_->overflowed());
}

TEST_F(SessionQueueTest, AChangeWithoutRoomOverflows) {
  OpenWebSocket();
  session_->Send(Sized("s1"), {.supersede_key = 1});
  for (int i = 0; i < 10; ++i) {
    session_->Send(Sized("c"), {.supersede_key = 1, .is_change = true});
  }
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, AStateReplacesTheStateAndTheChangesBeforeIt) {
  OpenWebSocket();
  session_->Send(Sized("s1"), {.supersede_key = 1});
  session_->Send(Sized("x"));
  session_->Send(Sized("c1"), {.supersede_key = 1, .is_change = true});
  session_->Send(Sized("d1"), {.supersede_key = 2, .is_change = true});
  session_->Send(Sized("c2"), {.supersede_key = 1, .is_change = true});
  session_->OnWritten(1);
  session_->Send(Sized("s2"), {.supersede_key = 1});
  EXPECT_EQ(Names(), "s1 x d1 s2");
  session_->Send(Sized("c3"), {.supersede_key = 1, .is_change = true});
  EXPECT_EQ(Names(), "s1 x d1 s2 c3");
}

TEST_F(SessionQueueTest, AReplayMayBeMoreThanTheQueueHolds) {
  OpenWebSocket();
  SendMany(9);
  const std::vector<EncodedPacketPtr> replay(30, Sized("r"));
  session_->SendReplay(replay, 1);
  EXPECT_FALSE(session_->overflowed());
  EXPECT_EQ(session_->queue().size(), 39u);
  session_->Send(Sized("x"));
  EXPECT_FALSE(session_->overflowed());
  session_->Send(Sized("y"));
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, AReplayNeedsAQueueWithinItsBound) {
  OpenWebSocket();
  const std::vector<EncodedPacketPtr> replay(30, Sized("r"));
  session_->SendReplay(replay, 1);
  EXPECT_FALSE(session_->overflowed());
  session_->SendReplay(replay, 2);
  EXPECT_TRUE(session_->overflowed());
  EXPECT_EQ(session_->queue().size(), 30u);
}

TEST_F(SessionQueueTest, AReplayThatWasWrittenLeavesNoMoreRoomThanBefore) {
  OpenWebSocket();
  const std::vector<EncodedPacketPtr> replay(30, Sized("r"));
  session_->SendReplay(replay, 1);
  session_->OnWritten(30 * kPacketBytes);
  SendMany(10);
  EXPECT_FALSE(session_->overflowed());
  SendMany(1);
  EXPECT_TRUE(session_->overflowed());
}

TEST_F(SessionQueueTest, AReplayReplacesAnEarlierOne) {
  OpenWebSocket();
  const std::vector<EncodedPacketPtr> replay(30, Sized("r"));
  session_->SendReplay(replay, 1);
  session_->SendReplay(replay, 1);
  EXPECT_FALSE(session_->overflowed());
  EXPECT_EQ(session_->queue().size(), 30u);
}

TEST_F(SessionQueueTest, KeepsItsOrderUnderALastingBacklog) {
  OpenWebSocket();
  config_.queue_bytes_max = 1'000'000;
  int sent = 0;
  int written = 0;
  // The backlog grows and shrinks across every length at which the popped packets are freed.
  for (const int backlog : {3, 200, 66, 64, 130, 1, 1000, 65, 5}) {
    while (sent - written < backlog) session_->Send(Sized(std::to_string(sent++)));
    for (int i = 0; i < 300; ++i) {
      session_->Send(Sized(std::to_string(sent++)));
      session_->OnWritten(kPacketBytes);
      ++written;
      ASSERT_EQ(session_->queue().size(), static_cast<size_t>(sent - written));
      ASSERT_EQ(session_->queue().front().packet->content().substr(1, 5),
                Sized(std::to_string(written))->content().substr(1, 5));
    }
    while (sent - written > backlog / 2) {
      session_->OnWritten(kPacketBytes);
      ++written;
    }
  }
}

// With the address sanitizer, mallinfo2 sees nothing and the next two hold trivially.
TEST_F(SessionQueueTest, LastingBacklogDoesNotGrowMemory) {
  OpenWebSocket();
  const EncodedPacketPtr packet = Sized("x");
  for (int i = 0; i < 5; ++i) session_->Send(packet);
  const size_t before = HeapBytesInUse();
  for (int i = 0; i < 100'000; ++i) {
    session_->Send(packet);
    session_->OnWritten(kPacketBytes);
  }
  EXPECT_EQ(session_->queue().size(), 5);
  EXPECT_LT(HeapBytesInUse(), before + 20'000);
}

TEST_F(SessionQueueTest, EmptyQueueGivesItsMemoryBack) {
  config_.queue_bytes_max = 100'000'000;
  for (const Transport transport : {Transport::kPolling, Transport::kWebSocket}) {
    transport == Transport::kPolling ? OpenPolling() : OpenWebSocket();
    const EncodedPacketPtr packet = Sized("x");
    const size_t before = HeapBytesInUse();
    for (int i = 0; i < 10'000; ++i) session_->Send(packet);
    if (transport == Transport::kPolling) {
      EXPECT_EQ(Poll().size(), 10'000 * (kPacketBytes - 1) - 1);
    } else {
      EXPECT_NE(Write(), "");
    }
    EXPECT_LT(HeapBytesInUse(), before + 20'000);
  }
}

}  // namespace
}  // namespace caucus::edge::engineio
