// frame := fin·rsv·opcode (1 byte) mask·length (1 byte) [length (2 or 8 bytes, big endian)] [key (4
// bytes)] payload

#include "tests/load/websocket_frames.h"

namespace caucus::load {
namespace {

constexpr uint8_t kFin = 0x80;
constexpr uint8_t kMasked = 0x80;
constexpr uint8_t kLength16 = 126;
constexpr uint8_t kLength64 = 127;

}  // namespace

std::optional<FrameHeader> ReadFrameHeader(std::string_view bytes) {
  if (bytes.size() < 2) return std::nullopt;
  const auto first = static_cast<uint8_t>(bytes[0]);
  const auto second = static_cast<uint8_t>(bytes[1]);
  FrameHeader header{.opcode = static_cast<Opcode>(first & 0x0f),
                     .payload_bytes = static_cast<uint64_t>(second & ~kMasked),
                     .header_bytes = 2,
                     .plain = (first & 0xf0) == kFin && (first & 0x0f) != 0 && second < kMasked};
  if (header.payload_bytes < kLength16) return header;
  header.header_bytes += header.payload_bytes == kLength64 ? 8 : 2;
  if (bytes.size() < header.header_bytes) return std::nullopt;
  header.payload_bytes = 0;
  for (const char byte : bytes.substr(2, header.header_bytes - 2)) {
    header.payload_bytes = header.payload_bytes << 8 | static_cast<uint8_t>(byte);
  }
  return header;
}

void AppendTextFrame(std::string_view text, std::string& out) {
  out.push_back(static_cast<char>(kFin | static_cast<uint8_t>(Opcode::kText)));
  int length_bytes = 0;
  if (text.size() < kLength16) {
    out.push_back(static_cast<char>(kMasked | text.size()));
  } else {
    length_bytes = text.size() < 0x10000 ? 2 : 8;
    out.push_back(static_cast<char>(kMasked | (length_bytes == 2 ? kLength16 : kLength64)));
  }
  for (int i = length_bytes - 1; i >= 0; --i) {
    out.push_back(static_cast<char>(text.size() >> (8 * i)));
  }
  out.append(4, '\0');
  out.append(text);
}

bool FrameReader::ReadHeader(std::string_view& bytes) {
  if (partial_.empty()) {
    const std::optional<FrameHeader> header = ReadFrameHeader(bytes);
    if (!header) {
      partial_ = bytes;
      return false;
    }
    header_ = *header;
    bytes.remove_prefix(header_.header_bytes);
    return true;
  }
  while (!bytes.empty()) {
    partial_.push_back(bytes.front());
    bytes.remove_prefix(1);
    if (const std::optional<FrameHeader> header = ReadFrameHeader(partial_)) {
      header_ = *header;
      partial_.clear();
      return true;
    }
  }
  return false;
}

void FrameReader::Keep(std::string_view piece) {
  if (header_.payload_bytes <= Frame::kWholeBytesMax) {
    head_.append(piece);
    return;
  }
  if (head_.size() < Frame::kEndBytes)
    head_.append(piece.substr(0, Frame::kEndBytes - head_.size()));
  if (piece.size() >= Frame::kEndBytes) {
    tail_ = piece.substr(piece.size() - Frame::kEndBytes);
    return;
  }
  tail_.append(piece);
  if (tail_.size() > Frame::kEndBytes) tail_.erase(0, tail_.size() - Frame::kEndBytes);
}

}  // namespace caucus::load
