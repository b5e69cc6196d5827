// A Socket.IO v5 packet's text part as it was received, and the packets that we send.
//
//     packet := type [attachments "-"] [namespace ","] [ack id] [JSON]
//
// The namespace is absent for `/`. JSON is an array for events and acks, an object for CONNECT.

#ifndef EDGE_SOCKETIO_PACKET_H_
#define EDGE_SOCKETIO_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::edge::socketio {

// The values are the digits of the wire.
enum class PacketType : uint8_t {
  kConnect = 0,
  kDisconnect = 1,
  kEvent = 2,
  kAck = 3,
  kConnectError = 4,
  kBinaryEvent = 5,
  kBinaryAck = 6,
};

// Bounds of what is received.
struct PacketLimits {
  size_t attachments_max = 10;
  size_t namespace_bytes_max = 128;
  size_t ack_id_digits_max = 24;
  size_t json_depth_max = 32;
  size_t json_members_max = 256;  // Of one object.
};

// Views into the decoded text, which must outlive it.
struct Packet {
  PacketType type = PacketType::kEvent;
  size_t attachments = 0;      // Binary messages that follow: 0 unless the type is binary.
  std::string_view nsp = "/";  // With its leading slash, and its query string if it has one.
  std::string_view ack_id;     // Decimal digits without leading zeros; empty: no ack wanted.
  std::string_view json;       // Empty: absent. Not yet parsed.
};

// Splits a packet's text. Thread-safe.
//   kInvalidArgument    the type is unknown, the attachment count is missing or malformed, or a
//   part
//                       is too long.
//   kResourceExhausted  it has more attachments than it may.
absl::StatusOr<Packet> DecodePacket(std::string_view text, const PacketLimits& limits);

// The text of packets to send. JSON is trusted to be well-formed. Thread-safe.
std::string EncodeConnect(std::string_view nsp, std::string_view sid);
std::string EncodeConnectError(std::string_view nsp, std::string_view error_json);
std::string EncodeDisconnect(std::string_view nsp);
// `arguments_json`: a JSON array, `[...]`; empty is an array without items. `attachments`: how many
// binary messages follow.
std::string EncodeEvent(std::string_view nsp, std::string_view event,
                        std::string_view arguments_json, size_t attachments = 0);
std::string EncodeAck(std::string_view nsp, std::string_view ack_id,
                      std::string_view arguments_json, size_t attachments = 0);

// Returns `text` as a JSON string with its quotes.
std::string JsonQuote(std::string_view text);

}  // namespace caucus::edge::socketio

#endif  // EDGE_SOCKETIO_PACKET_H_
