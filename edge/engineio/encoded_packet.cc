#include "edge/engineio/encoded_packet.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"
#include "edge/websocket/frame.h"

namespace caucus::edge::engineio {
namespace {

struct FrameView {
  std::string_view whole;
  std::string_view payload;
};

// Takes a frame of ours off the front of `frames`.
FrameView TakeFrame(std::string_view& frames) {
  size_t header_bytes = 2;
  size_t payload_bytes = static_cast<unsigned char>(frames[1]);
  if (payload_bytes > 125) {
    header_bytes += payload_bytes == 126 ? 2 : 8;
    payload_bytes = 0;
    for (size_t i = 2; i < header_bytes; ++i) {
      payload_bytes = payload_bytes << 8 | static_cast<unsigned char>(frames[i]);
    }
  }
  const FrameView frame = {.whole = frames.substr(0, header_bytes + payload_bytes),
                           .payload = frames.substr(header_bytes, payload_bytes)};
  frames.remove_prefix(frame.whole.size());
  return frame;
}

websocket::Opcode OpcodeOf(const FrameView& frame) {
  return static_cast<websocket::Opcode>(frame.whole.front() & 0x0F);
}

// Returns the frames with those compressed that are worth it; empty if none is.
std::string Deflate(std::string_view frames, const websocket::DeflateOptions& options) {
  std::string deflated;
  bool shorter = false;
  while (!frames.empty()) {
    const FrameView frame = TakeFrame(frames);
    std::optional<std::string> payload;
    if (frame.payload.size() >= options.threshold_bytes) {
      payload = websocket::DeflateMessage(frame.payload, options.level);
    }
    if (payload) {
      websocket::AppendCompressedFrameHeader(OpcodeOf(frame), payload->size(), deflated);
      deflated.append(*payload);
      shorter = true;
    } else {
      deflated.append(frame.whole);
    }
  }
  if (!shorter) return {};
  deflated.shrink_to_fit();
  return deflated;
}

std::string BinaryAsBase64(std::string_view frames) {
  std::string encoded;
  while (!frames.empty()) {
    const FrameView frame = TakeFrame(frames);
    if (OpcodeOf(frame) == websocket::Opcode::kText) {
      encoded.append(frame.whole);
      continue;
    }
    const std::string base64 = absl::Base64Escape(ToAbsl(frame.payload));
    websocket::AppendFrameHeader(websocket::Opcode::kText, 1 + base64.size(), encoded);
    encoded.append("b").append(base64);
  }
  encoded.shrink_to_fit();
  return encoded;
}

}  // namespace

EncodedPacketPtr EncodedPacket::Text(PacketType type, std::string_view data) {
  return Text(type, data, {});
}

EncodedPacketPtr EncodedPacket::Alone(PacketType type, std::string_view data) {
  const EncodedPacketPtr packet = Text(type, data);
  Layout layout = packet->layout_;
  layout.stands_alone = true;
  return std::make_shared<const EncodedPacket>(packet->frame_, layout);
}

EncodedPacketPtr EncodedPacket::Text(PacketType type, std::string_view data,
                                     std::span<const std::string> attachments) {
  size_t bytes = websocket::kFrameHeaderBytesMax + 1 + data.size();
  for (const std::string& attachment : attachments) {
    bytes += websocket::kFrameHeaderBytesMax + attachment.size();
  }
  std::string frame;
  frame.reserve(bytes);
  websocket::AppendFrameHeader(websocket::Opcode::kText, 1 + data.size(), frame);
  const auto header_bytes = static_cast<uint8_t>(frame.size());
  frame.push_back(DigitOf(type));
  frame.append(data);
  for (const std::string& attachment : attachments) {
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

EncodedPacket::LazyFrames::~LazyFrames() { delete made_.load(std::memory_order_relaxed); }

// Two threads may both make it: no I/O thread waits for another.
template <typename Make>
const std::string& EncodedPacket::LazyFrames::Get(const Make& make) {
  const std::string* frames = made_.load(std::memory_order_acquire);
  if (frames == nullptr) {
    auto made = std::make_unique<const std::string>(make());
    if (made_.compare_exchange_strong(frames, made.get(), std::memory_order_acq_rel)) {
      frames = made.release();
    }
  }
  return *frames;
}

std::string_view EncodedPacket::deflated_frame(const websocket::DeflateOptions& options) const {
  if (frame_.size() < options.threshold_bytes) return frame_;
  const std::string& deflated = deflated_.Get([&] { return Deflate(frame_, options); });
  return deflated.empty() ? frame_ : deflated;
}

std::string_view EncodedPacket::base64_frame() const {
  if (kind() == MessageKind::kText && !has_attachments()) return frame_;
  return base64_.Get([this] { return BinaryAsBase64(frame_); });
}

std::vector<std::string_view> EncodedPacket::attachments() const {
  std::vector<std::string_view> payloads;
  std::string_view rest =
      std::string_view(frame_).substr(layout_.header_bytes + layout_.content_bytes);
  while (!rest.empty()) payloads.push_back(TakeFrame(rest).payload);
  return payloads;
}

}  // namespace caucus::edge::engineio
