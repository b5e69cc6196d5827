// The state of one Engine.IO v4 session: heartbeat, output queue, upgrade, close.

#ifndef EDGE_ENGINEIO_SESSION_H_
#define EDGE_ENGINEIO_SESSION_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "edge/engineio/close_reason.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/packet.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::engineio {

enum class Transport : uint8_t { kPolling, kWebSocket };

// The transports that are served.
struct TransportSet {
  bool polling = true;
  bool websocket = true;

  bool Has(Transport transport) const {
    return transport == Transport::kPolling ? polling : websocket;
  }
};

// What each queued packet counts beside its bytes: a tiny one is mostly bookkeeping.
inline constexpr size_t kQueuedPacketOverheadBytes = 64;

struct SessionConfig {
  Duration ping_interval = std::chrono::seconds(25);
  Duration ping_timeout = std::chrono::seconds(20);
  Duration upgrade_timeout = std::chrono::seconds(10);
  Duration activation_timeout = std::chrono::seconds(45);  // Until the layer above calls Activate.
  // For a polling client to fetch its close packet, and a slow consumer its close frame.
  Duration close_linger = std::chrono::seconds(30);
  size_t payload_bytes_max = 1'000'000;  // Told to the client as maxPayload.
  size_t queue_bytes_max = 1 << 20;      // Output that waits; more closes the session.
  TransportSet transports;
  bool allow_upgrades = true;  // False: none is offered, but one that is tried succeeds.
};

struct SendOptions {
  // If not 0, queued packets of the same key that have not begun to be written are dropped once the
  // queue is half full: the newer state replaces what is older.
  uint64_t supersede_key = 0;
  // The packet is no whole state: it is dropped for a newer one of its key, but replaces none.
  bool is_change = false;
  // The packet itself is dropped if the queue is half full, or has no room for it.
  bool droppable = false;
};

// The layer above. Called from within the session's inputs; it may call Send and Close, and must
// not destroy the session.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  // A message has come. `data` is valid during the call.
  virtual void OnMessage(MessageKind kind, std::string_view data, MonotonicTime now) = 0;

  // The session has ended; nothing follows. Called once.
  virtual void OnClose(CloseReason reason) = 0;

  // The deadline that Session::set_handler_deadline has set has come, and is no longer set.
  virtual void OnDeadline(MonotonicTime now) { static_cast<void>(now); }
};

// The shell below, told that the session's output has changed. It must not call back from within.
class SessionOutlet {
 public:
  virtual ~SessionOutlet() = default;

  // There is something to write, to close or to forget; see HasPollOutput, queue and state. Called
  // again only after the shell has called OutputTaken.
  virtual void OnOutput() = 0;

  // The queue is full. What the client takes at once may be written now, and told with OnWritten:
  // it is not slow only because much was sent in one turn of the loop.
  virtual void OnQueueFull() {}
};

// Pure: inputs are method calls with the time, outputs are pulled by the shell. Confined to its
// shard. The handler and outlet must outlive it.
class Session {
 public:
  enum class State : uint8_t {
    kOpen,
    kClosing,  // OnClose was called; what is queued, and the close itself, still goes out.
    kClosed,   // To be forgotten. The front of the queue is to be finished if it has begun.
  };

  // What the shell does with a polling GET.
  enum class PollVerdict : uint8_t {
    kRespond,    // Answer at once with TakePollPayload.
    kHold,       // Answer later, when HasPollOutput.
    kDuplicate,  // Another GET waits: answer this one with 400, that one with TakePollPayload.
  };

  // What the shell does with a packet on a WebSocket that wants to take over.
  enum class ProbeVerdict : uint8_t {
    kReplyPong,  // Send `3probe`.
    kUpgraded,   // The WebSocket is now the transport; flush the queue.
    kAbort,      // Close that WebSocket; the session goes on polling.
  };

  // The open packet is queued at once, and the outlet is not told of it. `upgrades` tells the
  // client that it may upgrade.
  Session(const SessionConfig& config, std::string id, Transport transport, MonotonicTime now,
          SessionOutlet& outlet);

  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // REQUIRES: called before any input.
  void set_handler(SessionHandler& handler) { handler_ = &handler; }

  const std::string& id() const { return id_; }
  Transport transport() const { return transport_; }
  State state() const { return state_; }
  bool upgrading() const { return upgrade_deadline_ != kNever; }

  // The layer above has accepted the client: activation_timeout no longer applies.
  void Activate() { activation_deadline_ = kNever; }
  bool activated() const { return activation_deadline_ == kNever; }

  // Queues a packet. A full queue closes the session, later, from the shell's next call. No effect
  // unless open.
  void Send(EncodedPacketPtr packet, const SendOptions& options = {});

  // Queues packets that bring a client up to date, the first a whole state: all of them, even if
  // they are more than the queue may hold, as long as what waited before was not. A full queue
  // closes the session, likewise.
  void SendReplay(std::span<const EncodedPacketPtr> packets, uint64_t supersede_key);

  // Ends the session. The first reason counts. Queued packets still go out if IsGraceful(reason),
  // and of a WebSocket also if the reason is kParseError; otherwise a frame that has begun is all
  // that stays in the queue.
  void Close(CloseReason reason, MonotonicTime now);
  // Why the session has ended; nothing while it is open.
  std::optional<CloseReason> close_reason() const { return close_reason_; }

  // Asks the shell to call Close: for callers that do not know the time. The first reason counts.
  void RequestClose(CloseReason reason = CloseReason::kForcedClose);
  bool close_requested() const { return requested_close_.has_value(); }
  std::optional<CloseReason> requested_close() const { return requested_close_; }

  // While paused, the shell reads nothing more from the client.
  void SetInputPaused(bool paused);
  bool input_paused() const { return input_paused_; }

  // --- Polling ---
  PollVerdict OnPoll(MonotonicTime now);
  // The client has gone away while its GET was held.
  void OnPollAborted(MonotonicTime now);
  // A POST's body, or the rest of it. Its answer is `ok` even if a packet was malformed: the
  // session then closes. Returns what is left if input was paused before its end: to be given
  // again, when input goes on.
  std::optional<std::string_view> OnPayload(std::string_view body, MonotonicTime now);
  bool HasPollOutput() const;
  // Returns the answer to the held GET. REQUIRES: HasPollOutput() or the verdict asked for it.
  std::string TakePollPayload(MonotonicTime now);

  // --- WebSocket ---
  void OnWebSocketMessage(MessageKind kind, std::string_view data, MonotonicTime now);
  // The WebSocket of the current transport is gone.
  void OnWebSocketClosed(CloseReason reason, MonotonicTime now);

  // Packets to write, in order; the front one may be partly written. The shell takes them off with
  // OnWritten.
  struct Queued {
    EncodedPacketPtr packet;
    uint64_t supersede_key;
  };
  // The WebSocket's messages are compressed with these options, which must outlive the session;
  // null: they are not. REQUIRES: no packet has begun to be written.
  void set_deflate(const websocket::DeflateOptions* options) { deflate_ = options; }
  // The WebSocket's client takes no binary messages: they are the text `b<base64>`, and nothing is
  // compressed. REQUIRES: likewise.
  void set_base64(bool base64) { base64_ = base64; }
  // The bytes of a queued packet as they are written.
  std::string_view FrameOf(const EncodedPacket& packet) const {
    if (base64_) return packet.base64_frame();
    return deflate_ == nullptr ? packet.websocket_frame() : packet.deflated_frame(*deflate_);
  }
  // What waits counts as much as it takes uncompressed, in binary, and kQueuedPacketOverheadBytes
  // each.
  size_t queue_bytes() const { return queue_bytes_; }
  std::span<const Queued> queue() const { return std::span(queue_).subspan(queue_front_); }
  size_t front_bytes_written() const { return front_bytes_written_; }
  // `bytes` of the queue's frames were written.
  void OnWritten(size_t bytes);
  // Whether all that the shell can have to do is to write packets.
  bool only_packets() const {
    return state_ == State::kOpen && !overflowed_ && !requested_close_ && !input_paused_;
  }
  // The shell has seen the output; the next change calls OnOutput again.
  void OutputTaken() { output_signalled_ = false; }

  // --- Upgrade ---
  // A WebSocket asks to take over. False: refuse it, there is one already.
  bool BeginUpgrade(MonotonicTime now);
  ProbeVerdict OnProbe(MessageKind kind, std::string_view data, MonotonicTime now);
  // The probing WebSocket is gone, or was aborted.
  void EndUpgrade();

  // --- Time ---
  // When OnDeadline is due next.
  MonotonicTime deadline() const;
  void OnDeadline(MonotonicTime now);
  // Sets the one deadline that the layer above may have while the session is open; kNever: none.
  // REQUIRES: called from within an input.
  void set_handler_deadline(MonotonicTime deadline) { handler_deadline_ = deadline; }
  // Whether the queue has outgrown its bound: the shell then calls Close(kSlowConsumer).
  bool overflowed() const { return overflowed_; }

 private:
  void OnPacket(const Packet& packet, MonotonicTime now);
  void OnPong(MonotonicTime now);
  void SendPing();
  void Push(EncodedPacketPtr packet, uint64_t supersede_key);
  void DropSuperseded(uint64_t key);
  void OnQueueShrunk() { replay_bytes_ = std::min(replay_bytes_, queue_bytes_); }
  void DropQueue();
  void PopFront();
  void FreePopped();
  void SignalOutput();

  const SessionConfig& config_;
  const std::string id_;
  SessionOutlet& outlet_;
  SessionHandler* handler_ = nullptr;
  const websocket::DeflateOptions* deflate_ = nullptr;

  std::vector<Queued> queue_;  // From queue_front_ on. Empty sessions hold no memory here.
  size_t queue_front_ = 0;
  size_t queue_bytes_ = 0;
  size_t front_bytes_written_ = 0;
  size_t replay_bytes_ = 0;  // That may wait beside config_.queue_bytes_max.

  MonotonicTime heartbeat_deadline_;  // Of the next ping, or, while one is out, of its pong.
  MonotonicTime activation_deadline_;
  MonotonicTime upgrade_deadline_ = kNever;  // Not kNever: a WebSocket is probing.
  MonotonicTime noop_deadline_ = kNever;     // Frees a GET that is held while probing.
  MonotonicTime linger_deadline_ = kNever;   // Of a close that nobody fetches.
  MonotonicTime handler_deadline_ = kNever;

  std::string_view close_payload_;  // What a GET gets once the session is closing.
  Transport transport_;
  State state_ = State::kOpen;
  std::optional<CloseReason> close_reason_;
  std::optional<CloseReason> requested_close_;
  bool base64_ = false;
  bool awaiting_pong_ = false;
  bool pong_grace_used_ = false;
  bool probed_ = false;  // The probing WebSocket has sent `2probe`.
  bool poll_held_ = false;
  bool noop_due_ = false;
  bool overflowed_ = false;
  bool input_paused_ = false;
  bool pong_unread_ = false;      // Input was paused since the ping.
  bool output_signalled_ = true;  // Of the open packet.
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_SESSION_H_
