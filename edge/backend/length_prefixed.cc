#include "edge/backend/length_prefixed.h"

#include <algorithm>
#include <utility>

namespace caucus::edge::backend {

std::string PrefixMessage(std::string_view message) {
  const auto length = static_cast<uint32_t>(message.size());
  std::string framed;
  framed.reserve(message.size() + 5);
  framed.push_back('\0');
  for (int shift = 24; shift >= 0; shift -= 8) {
    framed.push_back(static_cast<char>(length >> shift & 0xFF));
  }
  framed.append(message);
  return framed;
}

LengthPrefixedReader::Result LengthPrefixedReader::Read(std::string_view& piece, size_t bytes_max) {
  if (prefix_bytes_ < kPrefixBytes) {
    const size_t taken = std::min(piece.size(), kPrefixBytes - prefix_bytes_);
    std::copy_n(piece.begin(), taken, prefix_.begin() + prefix_bytes_);
    prefix_bytes_ = static_cast<uint8_t>(prefix_bytes_ + taken);
    piece.remove_prefix(taken);
    if (prefix_bytes_ < kPrefixBytes) return Result::kNeedMore;
    if (prefix_[0] != 0) return Result::kCompressed;
    length_ = static_cast<uint32_t>(prefix_[1]) << 24 | static_cast<uint32_t>(prefix_[2]) << 16 |
              static_cast<uint32_t>(prefix_[3]) << 8 | prefix_[4];
    if (length_ > bytes_max) return Result::kTooLarge;
  }
  const size_t taken = std::min<size_t>(piece.size(), length_ - message_.size());
  // A peer that announces much and sends little gets little memory.
  if (message_.empty() && taken == length_) message_.reserve(length_);
  message_.append(piece.substr(0, taken));
  piece.remove_prefix(taken);
  return message_.size() == length_ ? Result::kMessage : Result::kNeedMore;
}

std::string LengthPrefixedReader::TakeMessage() {
  prefix_bytes_ = 0;
  return std::exchange(message_, {});
}

}  // namespace caucus::edge::backend
