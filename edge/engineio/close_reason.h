// Why an Engine.IO session has ended.

#ifndef EDGE_ENGINEIO_CLOSE_REASON_H_
#define EDGE_ENGINEIO_CLOSE_REASON_H_

#include <cstdint>
#include <string_view>

namespace caucus::edge::engineio {

// Why a session has ended; the names are the reference's.
enum class CloseReason : uint8_t {
  kTransportError,      // The peer broke the protocol of its transport, or its connection failed.
  kTransportClose,      // The peer closed.
  kForcedClose,         // The layer above closed.
  kPingTimeout,         // No pong came in time.
  kParseError,          // A packet could not be decoded.
  kSlowConsumer,        // The output queue was full.
  kServerShuttingDown,  // The process ends.
};

// Returns the reference's words, e.g. `ping timeout`.
std::string_view NameOf(CloseReason reason);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_CLOSE_REASON_H_
