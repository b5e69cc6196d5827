#include "common/text/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>

namespace caucus {
namespace {

constexpr uint64_t kHighBits = 0x8080808080808080;

// Returns the length of the longest prefix, in whole words of eight bytes, that is ASCII.
size_t AsciiWordsPrefix(std::string_view text) {
  size_t at = 0;
  for (; at + sizeof(uint64_t) <= text.size(); at += sizeof(uint64_t)) {
    uint64_t word;
    std::memcpy(&word, text.data() + at, sizeof(word));
    if ((word & kHighBits) != 0) break;
  }
  return at;
}

struct Decoded {
  int32_t code_point;  // -1: not UTF-8
  size_t bytes;        // at least 1
};

// REQUIRES: `text` is not empty.
Decoded DecodeFirst(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x80) return {first, 1};
  utf8proc_int32_t code_point;
  const utf8proc_ssize_t bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  if (bytes <= 0) return {-1, 1};
  return {code_point, static_cast<size_t>(bytes)};
}

bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool IsWhitespace(int32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Zero width space and byte order mark: people paste them along, and see neither.
bool IsTrimmed(int32_t c) { return IsWhitespace(c) || c == 0x200B || c == 0xFEFF; }

bool IsControl(int32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069);
}

// Returns where the last code point of `text` begins. REQUIRES: `text` is not empty.
size_t LastCodePointStart(std::string_view text) {
  size_t start = text.size() - 1;
  while (start > 0 && IsContinuation(text[start])) --start;
  return start;
}

std::string CollapseWhitespace(std::string_view text) {
  std::string collapsed;
  collapsed.reserve(text.size());
  bool space_pending = false;
  while (!text.empty()) {
    const Decoded decoded = DecodeFirst(text);
    if (IsWhitespace(decoded.code_point)) {
      space_pending = !collapsed.empty();
    } else {
      if (space_pending) collapsed.push_back(' ');
      space_pending = false;
      collapsed.append(text.substr(0, decoded.bytes));
    }
    text.remove_prefix(decoded.bytes);
  }
  return collapsed;
}

}  // namespace

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(AsciiWordsPrefix(text));
    // One word's worth of code points, then the fast path is tried again.
    for (size_t i = 0; i < sizeof(uint64_t) && !text.empty(); ++i) {
      const Decoded decoded = DecodeFirst(text);
      if (decoded.code_point < 0) return false;
      text.remove_prefix(decoded.bytes);
    }
  }
  return true;
}

size_t CountCodePoints(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !IsContinuation(byte); }));
}

std::string_view TrimWhitespace(std::string_view text) {
  while (!text.empty()) {
    const Decoded first = DecodeFirst(text);
    if (!IsTrimmed(first.code_point)) break;
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const size_t start = LastCodePointStart(text);
    const Decoded last = DecodeFirst(text.substr(start));
    if (!IsTrimmed(last.code_point) || start + last.bytes != text.size()) break;
    text.remove_suffix(last.bytes);
  }
  return text;
}

bool IsBlank(std::string_view text) { return FoldForComparison(text).empty(); }

bool HasControlCharacters(std::string_view text) {
  while (!text.empty()) {
    const Decoded decoded = DecodeFirst(text);
    if (IsControl(decoded.code_point)) return true;
    text.remove_prefix(decoded.bytes);
  }
  return false;
}

std::string FoldForComparison(std::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  const utf8proc_ssize_t bytes = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                     UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(folded, &std::free);
  if (bytes < 0) return std::string(text);
  return CollapseWhitespace({reinterpret_cast<const char*>(folded), static_cast<size_t>(bytes)});
}

}  // namespace caucus
