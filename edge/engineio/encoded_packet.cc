#include "edge/engineio/encoded_packet.h"

#include <utility>

#include "edge/websocket/frame.h"

namespace caucus::edge::engineio {
namespace {

// Takes a frame of ours off the front of `frames`, and returns its payload.
std::string_view TakeFrame(std::string_view& frames) {
  size_t header_bytes = 2;
  size_t payload_bytes = static_cast<unsigned char>(frames[1]);
  if (payload_bytes > 125) {
    header_bytes += payload_bytes == 126 ? 2 : 8;
    payload_bytes = 0;
    for (size_t i = 2; i < header_bytes; ++i) {
      payload_bytes = payload_bytes << 8 | static_cast<unsigned char>(frames[i]);
    }
  }
  const std::string_view payload = frames.substr(header_bytes, payload_bytes);
  frames.remove_prefix(header_bytes + payload_bytes);
  return payload;
}

}  // namespace

EncodedPacketPtr EncodedPacket::Text(PacketType type, std::string_view data) {
  return Text(type, data, {});
}

EncodedPacketPtr EncodedPacket::Text(PacketType type, std::string_view data,
                                     std::span<const std::string_view> attachments) {
  size_t bytes = websocket::kFrameHeaderBytesMax + 1 + data.size();
  for (const std::string_view attachment : attachments) {
    bytes += websocket::kFrameHeaderBytesMax + attachment.size();
  }
  std::string frame;
  frame.reserve(bytes);
  websocket::AppendFrameHeader(websocket::Opcode::kText, 1 + data.size(), frame);
  const auto header_bytes = static_cast<uint8_t>(frame.size());
  frame.push_back(DigitOf(type));
  frame.append(data);
  for (const std::string_view attachment : attachments) {
    websocket::AppendFrameHeader(websocket::Opcode::kBinary, attachment.size(), frame);
    frame.append(attachment);
  }
  return std::make_shared<const EncodedPacket>(std::move(frame),
                                               Layout{.kind = MessageKind::kText,
                                                      .header_bytes = header_bytes,
                                                      .content_bytes = 1 + data.size()});
}

EncodedPacketPtr EncodedPacket::Binary(std::string_view data) {
  std::string frame;
  frame.reserve(websocket::kFrameHeaderBytesMax + data.size());
  websocket::AppendFrameHeader(websocket::Opcode::kBinary, data.size(), frame);
  const auto header_bytes = static_cast<uint8_t>(frame.size());
  frame.append(data);
  return std::make_shared<const EncodedPacket>(std::move(frame),
                                               Layout{.kind = MessageKind::kBinary,
                                                      .header_bytes = header_bytes,
                                                      .content_bytes = data.size()});
}

std::vector<std::string_view> EncodedPacket::attachments() const {
  std::vector<std::string_view> payloads;
  std::string_view rest =
      std::string_view(frame_).substr(layout_.header_bytes + layout_.content_bytes);
  while (!rest.empty()) payloads.push_back(TakeFrame(rest));
  return payloads;
}

}  // namespace caucus::edge::engineio
