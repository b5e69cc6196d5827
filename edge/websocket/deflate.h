// The payload of permessage-deflate messages (RFC 7692 §7.2), without context takeover: each
// message is compressed by itself, so that nothing stays in memory between two.
//
// Thread-safe: free functions without state.

#ifndef EDGE_WEBSOCKET_DEFLATE_H_
#define EDGE_WEBSOCKET_DEFLATE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "edge/websocket/frame.h"

namespace caucus::edge::websocket {

struct DeflateOptions {
  bool enabled = false;           // Whether an offer is accepted.
  size_t threshold_bytes = 1024;  // Shorter messages are sent as they are.
  int level = 6;                  // 1, fast, to 9, small.
};

// Returns the payload of a compressed message, or nothing if it would not be shorter.
std::optional<std::string> DeflateMessage(std::string_view message, int level);

// Undoes it, into `message`. Takes at most about `bytes_max` of memory and time for that much,
// whatever the payload would become. Returns kNormal, or why the connection must be closed:
//   kMessageTooBig   the message has more than `bytes_max` bytes
//   kInvalidPayload  the payload is no DEFLATE data, or breaks off
CloseCode InflateMessage(std::string_view payload, size_t bytes_max, std::string& message);

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_DEFLATE_H_
