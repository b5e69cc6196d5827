#include "edge/websocket/utf8_checker.h"

#include <cstddef>
#include <cstring>

namespace caucus::edge::websocket {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

}  // namespace

bool Utf8Checker::Feed(std::string_view piece) {
  size_t i = 0;
  while (i < piece.size()) {
    uint64_t word = 0;
    if (missing_ == 0 && piece.size() - i >= sizeof(word)) {
      std::memcpy(&word, &piece[i], sizeof(word));
      if ((word & kHighBits) == 0) {
        i += sizeof(word);
        continue;
      }
    }
    if (!FeedByte(static_cast<uint8_t>(piece[i++]))) return false;
  }
  return true;
}

// The Unicode Standard, table 3-7: only a sequence's second byte has bounds of its own.
bool Utf8Checker::FeedByte(uint8_t byte) {
  if (missing_ > 0) {
    if (byte < least_ || byte > most_) return false;
    --missing_;
    least_ = 0x80;
    most_ = 0xBF;
    return true;
  }
  if (byte < 0x80) return true;
  if (byte < 0xC2 || byte > 0xF4) return false;
  missing_ = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  if (byte == 0xE0) least_ = 0xA0;
  if (byte == 0xED) most_ = 0x9F;
  if (byte == 0xF0) least_ = 0x90;
  if (byte == 0xF4) most_ = 0x8F;
  return true;
}

}  // namespace caucus::edge::websocket
