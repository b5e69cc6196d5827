#include "edge/engineio/encoded_packet.h"

#include <utility>

#include "edge/websocket/frame.h"

namespace caucus::edge::engineio {

EncodedPacketPtr EncodedPacket::Text(PacketType type, std::string_view data) {
  std::string frame;
  frame.reserve(websocket::kFrameHeaderBytesMax + 1 + data.size());
  websocket::AppendFrameHeader(websocket::Opcode::kText, 1 + data.size(), frame);
  const size_t header_bytes = frame.size();
  frame.push_back(DigitOf(type));
  frame.append(data);
  return std::make_shared<const EncodedPacket>(MessageKind::kText, std::move(frame), header_bytes);
}

EncodedPacketPtr EncodedPacket::Binary(std::string_view data) {
  std::string frame;
  frame.reserve(websocket::kFrameHeaderBytesMax + data.size());
  websocket::AppendFrameHeader(websocket::Opcode::kBinary, data.size(), frame);
  const size_t header_bytes = frame.size();
  frame.append(data);
  return std::make_shared<const EncodedPacket>(MessageKind::kBinary, std::move(frame),
                                               header_bytes);
}

}  // namespace caucus::edge::engineio
