// Why an Engine.IO session has ended.

#ifndef EDGE_ENGINEIO_CLOSE_REASON_H_
#define EDGE_ENGINEIO_CLOSE_REASON_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace caucus::edge::engineio {

// Where the reference knows a reason, the name is its name.
enum class CloseReason : uint8_t {
  kTransportError,      // The peer broke the protocol of its transport, or its connection failed.
  kTransportClose,      // The peer closed.
  kForcedClose,         // The layer above closed.
  kPingTimeout,         // No pong came in time.
  kParseError,          // An Engine.IO packet could not be decoded.
  kServerShuttingDown,  // The process ends.
  // The reference has no name for these, and tells the client nothing.
  kInvalidPacket,   // A Socket.IO packet broke the protocol.
  kConnectTimeout,  // The client has joined no namespace in time.
  kTooManyEvents,   // The client went on sending more events than it may.
  kSlowConsumer,    // The output queue was full.
  kReconnect,       // The layer above let go of the client, which is to come back by itself.
};

inline constexpr size_t kCloseReasonCount = static_cast<size_t>(CloseReason::kReconnect) + 1;

// Returns the reason in words, e.g. `ping timeout`: for metrics, logs, and the client's close
// frame.
std::string_view NameOf(CloseReason reason);

// Whether what is queued for the client still goes out, such as acks of what it did before.
bool IsGraceful(CloseReason reason);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_CLOSE_REASON_H_
