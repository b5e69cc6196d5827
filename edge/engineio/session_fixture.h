// What the tests of a session share: a clock of their own, and both of its neighbours.

#ifndef EDGE_ENGINEIO_SESSION_FIXTURE_H_
#define EDGE_ENGINEIO_SESSION_FIXTURE_H_

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/engineio/session.h"

namespace caucus::edge::engineio {

inline void PrintTo(CloseReason reason, std::ostream* out) { *out << NameOf(reason); }

// Keeps what the session tells the layer above. Thread-compatible.
class RecordingHandler : public SessionHandler {
 public:
  void OnMessage(MessageKind kind, std::string_view data, MonotonicTime now) override {
    messages.push_back((kind == MessageKind::kBinary ? "binary:" : "") + std::string(data));
    if (on_message) on_message(data, now);
  }
  void OnClose(CloseReason reason) override {
    closes.push_back(reason);
    if (on_close) on_close();
  }
  void OnDeadline(MonotonicTime now) override {
    deadlines.push_back(now);
    if (on_deadline) on_deadline(now);
  }

  std::vector<std::string> messages;
  std::vector<CloseReason> closes;
  std::vector<MonotonicTime> deadlines;
  std::function<void(std::string_view data, MonotonicTime now)> on_message;
  std::function<void()> on_close;
  std::function<void(MonotonicTime now)> on_deadline;
};

// Counts the signals of output. Thread-compatible.
class CountingOutlet : public SessionOutlet {
 public:
  void OnOutput() override { ++signals; }
  void OnQueueFull() override {
    if (on_queue_full) on_queue_full();
  }

  int signals = 0;
  std::function<void()> on_queue_full;
};

// A session with the intervals that the conformance suite uses, and the shell's part as methods.
class SessionFixture : public testing::Test {
 protected:
  using Milliseconds = std::chrono::milliseconds;

  static EncodedPacketPtr Message(std::string_view data) {
    return EncodedPacket::Text(PacketType::kMessage, data);
  }

  void OpenRaw(Transport transport) {
    session_ = std::make_unique<Session>(config_, "sid", transport, now_, outlet_);
    session_->set_handler(handler_);
  }
  // Opens a session that is accepted, and whose open packet was fetched.
  void OpenPolling() {
    OpenRaw(Transport::kPolling);
    session_->Activate();
    EXPECT_EQ(Poll().substr(0, 2), "0{");
    session_->OutputTaken();
  }
  void OpenWebSocket() {
    OpenRaw(Transport::kWebSocket);
    session_->Activate();
    EXPECT_EQ(Write().substr(0, 2), "0{");
  }

  // A GET that must be answered at once; returns the answer.
  std::string Poll() {
    EXPECT_EQ(session_->OnPoll(now_), Session::PollVerdict::kRespond);
    return session_->TakePollPayload(now_);
  }
  void HoldPoll() { EXPECT_EQ(session_->OnPoll(now_), Session::PollVerdict::kHold); }
  // The answer to the held GET, or nothing if it stays held.
  std::string HeldAnswer() {
    return session_->HasPollOutput() ? session_->TakePollPayload(now_) : std::string();
  }

  // Writes the whole queue; returns the contents of the frames, joined with `|`.
  std::string Write() {
    std::string contents;
    size_t bytes = 0;
    for (const Session::Queued& queued : session_->queue()) {
      if (!contents.empty()) contents.push_back('|');
      contents.append(queued.packet->content());
      bytes += session_->FrameOf(*queued.packet).size();
    }
    session_->OnWritten(bytes - session_->front_bytes_written());
    EXPECT_TRUE(session_->queue().empty());
    session_->OutputTaken();
    return contents;
  }
  // The contents of the queue, joined with `|`.
  std::string Queue() const {
    std::string contents;
    for (const Session::Queued& queued : session_->queue()) {
      if (!contents.empty()) contents.push_back('|');
      contents.append(queued.packet->content());
    }
    return contents;
  }

  void Receive(std::string_view text) {
    session_->OnWebSocketMessage(MessageKind::kText, text, now_);
  }

  // Lets time pass, calling OnDeadline exactly when it is due.
  void Pass(Duration duration) {
    const MonotonicTime end = now_ + duration;
    while (session_->deadline() <= end) {
      now_ = session_->deadline();
      session_->OnDeadline(now_);
      ASSERT_GT(session_->deadline(), now_) << "the same deadline again";
    }
    now_ = end;
  }

  SessionConfig config_ = {.ping_interval = Milliseconds(300),
                           .ping_timeout = Milliseconds(200),
                           .upgrade_timeout = Milliseconds(1000)};
  MonotonicTime now_{std::chrono::hours(1)};
  RecordingHandler handler_;
  CountingOutlet outlet_;
  std::unique_ptr<Session> session_;
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_SESSION_FIXTURE_H_
