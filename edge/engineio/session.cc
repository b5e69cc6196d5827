#include "edge/engineio/session.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "edge/engineio/open_packet.h"
#include "edge/engineio/payload.h"

namespace caucus::edge::engineio {
namespace {

// The reference frees a held GET this long after a probe, so that the client can pause polling.
constexpr Duration kNoopDelay = std::chrono::milliseconds(100);

constexpr size_t kQueueCapacityKept = 16;
constexpr size_t kPoppedPrefixKept = 64;

const EncodedPacketPtr& PingPacket() {
  static const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kPing, "");
  return packet;
}

size_t CostOf(const EncodedPacketPtr& packet) {
  return packet->websocket_frame().size() + kQueuedPacketOverheadBytes;
}

// The reference has written what it sent to a WebSocket before it reads the malformed packet; a
// polling client's next GET finds no session.
bool IsGraceful(CloseReason reason, Transport transport) {
  return IsGraceful(reason) ||
         (reason == CloseReason::kParseError && transport == Transport::kWebSocket);
}

}  // namespace

Session::Session(const SessionConfig& config, std::string id, Transport transport,
                 MonotonicTime now, SessionOutlet& outlet)
    : config_(config),
      id_(std::move(id)),
      outlet_(outlet),
      heartbeat_deadline_(now + config.ping_interval),
      activation_deadline_(now + config.activation_timeout),
      transport_(transport) {
  Send(EncodedPacket::Text(PacketType::kOpen, OpenPacketJson(config_, id_, transport_)));
}

void Session::Send(EncodedPacketPtr packet, const SendOptions& options) {
  if (state_ != State::kOpen || overflowed_) return;
  const size_t bytes = CostOf(packet);
  if (!options.is_change && queue_bytes_ + bytes > config_.queue_bytes_max / 2) {
    DropSuperseded(options.supersede_key);
  }
  const bool half_full = queue_bytes_ >= config_.queue_bytes_max / 2;
  if (options.droppable && (half_full || queue_bytes_ + bytes > config_.queue_bytes_max) &&
      queue_bytes_ > 0) {
    return;
  }
  const auto is_full = [&] {
    return queue_bytes_ > 0 && queue_bytes_ + bytes > config_.queue_bytes_max + replay_bytes_;
  };
  if (is_full()) outlet_.OnQueueFull();
  if (is_full()) {
    overflowed_ = true;
  } else {
    Push(std::move(packet), options.supersede_key);
  }
  SignalOutput();
}

void Session::SendReplay(std::span<const EncodedPacketPtr> packets, uint64_t supersede_key) {
  if (state_ != State::kOpen || overflowed_ || packets.empty()) return;
  if (queue_bytes_ > config_.queue_bytes_max / 2) DropSuperseded(supersede_key);
  if (queue_bytes_ > config_.queue_bytes_max) outlet_.OnQueueFull();
  overflowed_ = queue_bytes_ > config_.queue_bytes_max;
  if (!overflowed_) {
    for (const EncodedPacketPtr& packet : packets) {
      replay_bytes_ += CostOf(packet);
      Push(packet, supersede_key);
    }
  }
  SignalOutput();
}

void Session::Push(EncodedPacketPtr packet, uint64_t supersede_key) {
  queue_bytes_ += CostOf(packet);
  queue_.push_back({std::move(packet), supersede_key});
}

void Session::Close(CloseReason reason, MonotonicTime now) {
  if (state_ != State::kOpen) return;
  close_reason_ = reason;
  const bool graceful = IsGraceful(reason, transport_);
  if (!graceful) DropQueue();
  // A WebSocket finishes what it has begun, and tells the client, without the session.
  const bool poll_to_answer = transport_ == Transport::kPolling && poll_held_;
  state_ = graceful || poll_to_answer ? State::kClosing : State::kClosed;
  close_payload_ = poll_held_ && queue().empty() ? "1"
                                                 : "6\x1e"
                                                   "1";
  linger_deadline_ = now + config_.close_linger;
  if (handler_ != nullptr) handler_->OnClose(reason);
  SignalOutput();
}

void Session::RequestClose(CloseReason reason) {
  if (!requested_close_) requested_close_ = reason;
  SignalOutput();
}

void Session::SetInputPaused(bool paused) {
  input_paused_ = paused;
  pong_unread_ = pong_unread_ || paused;
  if (!paused) SignalOutput();
}

Session::PollVerdict Session::OnPoll(MonotonicTime now) {
  if (poll_held_) {
    Close(CloseReason::kTransportError, now);
    return PollVerdict::kDuplicate;
  }
  poll_held_ = true;
  if (HasPollOutput()) return PollVerdict::kRespond;
  if (probed_) noop_deadline_ = now + kNoopDelay;
  return PollVerdict::kHold;
}

void Session::OnPollAborted(MonotonicTime now) {
  poll_held_ = false;
  if (transport_ != Transport::kPolling) return;
  Close(CloseReason::kTransportError, now);
  state_ = State::kClosed;
}

std::optional<std::string_view> Session::OnPayload(std::string_view body, MonotonicTime now) {
  PayloadReader reader(body);
  while (reader.HasNext() && state_ == State::kOpen) {
    if (input_paused_) return reader.rest();
    const std::optional<Packet> packet = reader.Next();
    if (!packet) {
      Close(CloseReason::kParseError, now);
    } else if (packet->type == PacketType::kClose) {
      Close(CloseReason::kTransportClose, now);
      close_payload_ = "6";
    } else {
      OnPacket(*packet, now);
    }
  }
  return std::nullopt;
}

bool Session::HasPollOutput() const {
  return poll_held_ && (transport_ != Transport::kPolling || noop_due_ || !queue().empty() ||
                        state_ != State::kOpen);
}

std::string Session::TakePollPayload(MonotonicTime now) {
  poll_held_ = false;
  noop_due_ = false;
  noop_deadline_ = kNever;
  if (transport_ != Transport::kPolling) return "6";
  if (!queue().empty()) {
    size_t bytes = 0;
    for (const Queued& queued : queue()) bytes += PayloadBytes(*queued.packet);
    std::string payload;
    payload.reserve(bytes);
    for (const Queued& queued : queue()) AppendToPayload(*queued.packet, payload);
    DropQueue();
    if (state_ == State::kClosing) linger_deadline_ = now + config_.close_linger;
    return payload;
  }
  if (state_ == State::kOpen) return "6";
  state_ = State::kClosed;
  return std::string(close_payload_);
}

void Session::OnWebSocketMessage(MessageKind kind, std::string_view data, MonotonicTime now) {
  if (state_ != State::kOpen) return;
  if (kind == MessageKind::kBinary) {
    return OnPacket({.type = PacketType::kMessage, .kind = kind, .data = data}, now);
  }
  std::string binary;
  const std::optional<Packet> packet = DecodePacket(data, binary);
  if (!packet) return Close(CloseReason::kParseError, now);
  if (packet->type == PacketType::kClose) return Close(CloseReason::kTransportClose, now);
  OnPacket(*packet, now);
}

void Session::OnWebSocketClosed(CloseReason reason, MonotonicTime now) {
  Close(reason, now);
  state_ = State::kClosed;
  SignalOutput();
}

void Session::OnWritten(size_t bytes) {
  front_bytes_written_ += bytes;
  while (!queue().empty()) {
    const size_t front_bytes = FrameOf(*queue_[queue_front_].packet).size();
    if (front_bytes_written_ < front_bytes) return;
    front_bytes_written_ -= front_bytes;
    PopFront();
  }
}

bool Session::BeginUpgrade(MonotonicTime now) {
  if (upgrading() || transport_ != Transport::kPolling || state_ == State::kClosed) return false;
  upgrade_deadline_ = now + config_.upgrade_timeout;
  return true;
}

Session::ProbeVerdict Session::OnProbe(MessageKind kind, std::string_view data, MonotonicTime now) {
  if (kind == MessageKind::kText && data == "2probe") {
    probed_ = true;
    if (poll_held_) noop_deadline_ = now + kNoopDelay;
    return ProbeVerdict::kReplyPong;
  }
  EndUpgrade();
  if (kind != MessageKind::kText || data != "5" || state_ == State::kClosed) {
    return ProbeVerdict::kAbort;
  }
  transport_ = Transport::kWebSocket;
  SignalOutput();
  return ProbeVerdict::kUpgraded;
}

void Session::EndUpgrade() {
  upgrade_deadline_ = kNever;
  noop_deadline_ = kNever;
  probed_ = false;
}

MonotonicTime Session::deadline() const {
  if (state_ == State::kClosed) return kNever;
  if (state_ == State::kClosing) return linger_deadline_;
  return std::min({heartbeat_deadline_, activation_deadline_, upgrade_deadline_, noop_deadline_,
                   handler_deadline_});
}

void Session::OnDeadline(MonotonicTime now) {
  if (state_ == State::kClosing && now >= linger_deadline_) {
    state_ = State::kClosed;
    SignalOutput();
  }
  if (state_ != State::kOpen) return;
  if (now >= upgrade_deadline_) {
    EndUpgrade();
    SignalOutput();
  }
  if (now >= noop_deadline_) {
    noop_deadline_ = kNever;
    noop_due_ = poll_held_;
    SignalOutput();
  }
  if (now >= activation_deadline_) return Close(CloseReason::kConnectTimeout, now);
  if (now >= handler_deadline_) {
    handler_deadline_ = kNever;
    handler_->OnDeadline(now);
  }
  if (state_ != State::kOpen || now < heartbeat_deadline_) return;
  if (awaiting_pong_ && pong_unread_) {  // A pong may have come: it was not read.
    pong_unread_ = input_paused_;
    heartbeat_deadline_ = now + config_.ping_timeout;
    return;
  }
  if (awaiting_pong_) return Close(CloseReason::kPingTimeout, now);
  SendPing();
}

void Session::OnPacket(const Packet& packet, MonotonicTime now) {
  if (packet.type != PacketType::kPong && awaiting_pong_ && !pong_grace_used_) {
    pong_grace_used_ = true;
    heartbeat_deadline_ = now + config_.ping_timeout;
  }
  switch (packet.type) {
    case PacketType::kMessage:
      if (handler_ != nullptr) handler_->OnMessage(packet.kind, packet.data, now);
      return;
    case PacketType::kPong:
      return OnPong(now);
    case PacketType::kPing:  // In protocol 4 only the server pings.
      return Close(CloseReason::kTransportError, now);
    case PacketType::kOpen:
    case PacketType::kClose:
    case PacketType::kUpgrade:
    case PacketType::kNoop:
      return;
  }
}

void Session::OnPong(MonotonicTime now) {
  if (!awaiting_pong_) return;
  awaiting_pong_ = false;
  heartbeat_deadline_ = now + config_.ping_interval;
}

void Session::SendPing() {
  awaiting_pong_ = true;
  pong_unread_ = input_paused_;
  pong_grace_used_ = false;
  // Counted from when the ping was due, so that a silent client is gone at the exact time.
  heartbeat_deadline_ += config_.ping_timeout;
  Send(PingPacket());
}

void Session::DropSuperseded(uint64_t key) {
  if (key == 0) return;
  const size_t first = queue_front_ + (front_bytes_written_ > 0 ? 1 : 0);
  if (first >= queue_.size()) return;
  const auto begin = queue_.begin() + static_cast<std::ptrdiff_t>(first);
  const auto kept = std::remove_if(begin, queue_.end(), [&](const Queued& queued) {
    if (queued.supersede_key != key) return false;
    queue_bytes_ -= CostOf(queued.packet);
    return true;
  });
  queue_.erase(kept, queue_.end());
  OnQueueShrunk();
}

void Session::DropQueue() {
  // A frame that has begun must be finished before any other can follow.
  while (queue().size() > (front_bytes_written_ > 0 ? 1 : 0)) {
    queue_bytes_ -= CostOf(queue_.back().packet);
    queue_.pop_back();
  }
  OnQueueShrunk();
  FreePopped();
}

void Session::PopFront() {
  queue_bytes_ -= CostOf(queue_[queue_front_].packet);
  queue_[queue_front_].packet.reset();
  ++queue_front_;
  OnQueueShrunk();
  FreePopped();
}

void Session::FreePopped() {
  if (queue().empty()) {
    queue_.clear();
    queue_front_ = 0;
    if (queue_.capacity() > kQueueCapacityKept) queue_.shrink_to_fit();
  } else if (queue_front_ > kPoppedPrefixKept && queue_front_ > queue_.size() / 2) {
    // A queue with a lasting backlog never runs empty. Fewer packets move than were popped.
    queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_front_));
    queue_front_ = 0;
  }
}

void Session::SignalOutput() {
  if (output_signalled_) return;
  output_signalled_ = true;
  outlet_.OnOutput();
}

}  // namespace caucus::edge::engineio
