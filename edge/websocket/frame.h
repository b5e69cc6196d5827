// WebSocket frames on the wire (RFC 6455 §5.2), server side: what we send is never masked.
//
//      0               1               2               3
//     |FIN RSV opcode |MASK length(7) | length(16|64) ... | mask(32) ... | payload
//
// Thread-safe: free functions without state.

#ifndef EDGE_WEBSOCKET_FRAME_H_
#define EDGE_WEBSOCKET_FRAME_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace caucus::edge::websocket {

enum class Opcode : uint8_t {
  kContinuation = 0x0,
  kText = 0x1,
  kBinary = 0x2,
  kClose = 0x8,
  kPing = 0x9,
  kPong = 0xA,
};

// Close codes (RFC 6455 §7.4.1).
enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNoStatus = 1005,  // Never on the wire: an empty close frame.
  kInvalidPayload = 1007,
  kPolicyViolation = 1008,
  kMessageTooBig = 1009,
};

// The longest header that AppendFrameHeader writes.
inline constexpr size_t kFrameHeaderBytesMax = 10;

// Appends the header of an unmasked, unfragmented frame.
void AppendFrameHeader(Opcode opcode, size_t payload_bytes, std::string& out);

// Likewise, of a message that is compressed (RFC 7692 §6.1).
void AppendCompressedFrameHeader(Opcode opcode, size_t payload_bytes, std::string& out);

// Returns a whole control frame. REQUIRES: `payload` has at most 125 bytes.
std::string ControlFrame(Opcode opcode, std::string_view payload);

// Returns a close frame with `code`; kNoStatus makes it empty. REQUIRES: `reason` has at most 123
// bytes.
std::string CloseFrame(CloseCode code, std::string_view reason);

// Returns the value of Sec-WebSocket-Accept for a client's Sec-WebSocket-Key (RFC 6455 §4.2.2).
std::string AcceptKey(std::string_view client_key);

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_FRAME_H_
