// A packet ready for the wire, encoded once and shared by every connection that sends it.

#ifndef EDGE_ENGINEIO_ENCODED_PACKET_H_
#define EDGE_ENGINEIO_ENCODED_PACKET_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "edge/engineio/packet.h"

namespace caucus::edge::engineio {

class EncodedPacket;
using EncodedPacketPtr = std::shared_ptr<const EncodedPacket>;

// The bytes of one packet, as an unmasked WebSocket frame (RFC 6455 §5.2); the polling form is a
// part of it, or made from it. Immutable.
class EncodedPacket {
 public:
  // A text packet: the type's digit, then `data`.
  static EncodedPacketPtr Text(PacketType type, std::string_view data);

  // A message with `data` as its binary content.
  static EncodedPacketPtr Binary(std::string_view data);

  // Use Text or Binary; public for std::make_shared only.
  EncodedPacket(MessageKind kind, std::string frame, size_t header_bytes)
      : frame_(std::move(frame)), header_bytes_(header_bytes), kind_(kind) {}

  // One whole WebSocket frame: header and payload.
  std::string_view websocket_frame() const { return frame_; }

  // The frame's payload: digit and data of a text packet, the bare content of a binary one.
  std::string_view content() const { return std::string_view(frame_).substr(header_bytes_); }

  MessageKind kind() const { return kind_; }

 private:
  const std::string frame_;
  const size_t header_bytes_;
  const MessageKind kind_;
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_ENCODED_PACKET_H_
