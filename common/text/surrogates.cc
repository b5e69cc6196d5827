#include "common/text/surrogates.h"

#include <charconv>
#include <cstddef>
#include <cstdint>

namespace caucus {
namespace {

constexpr size_t kEscapeBytes = 6;
constexpr std::string_view kReplacement = "\\ufffd";

// Returns the UTF-16 unit of the escape `\uXXXX` that `text` begins with; 0 if it does not.
uint16_t UnitOf(std::string_view text) {
  if (text.size() < kEscapeBytes || !text.starts_with("\\u")) return 0;
  const std::string_view digits = text.substr(2, 4);
  const char* const end = digits.data() + digits.size();
  uint16_t unit = 0;
  return std::from_chars(digits.data(), end, unit, 16).ptr == end ? unit : 0;
}

bool IsLeading(uint16_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsTrailing(uint16_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

}  // namespace

std::optional<std::string> ReplaceLoneSurrogates(std::string_view json) {
  std::optional<std::string> replaced;
  size_t at = json.find('\\');
  while (at != std::string_view::npos) {
    const uint16_t unit = UnitOf(json.substr(at));
    size_t bytes = 2;  // Of any other escape, or its beginning.
    if (IsLeading(unit) && IsTrailing(UnitOf(json.substr(at + kEscapeBytes)))) {
      bytes = 2 * kEscapeBytes;
    } else if (IsLeading(unit) || IsTrailing(unit)) {
      if (!replaced) replaced.emplace(json);
      replaced->replace(at, kEscapeBytes, kReplacement);
      bytes = kEscapeBytes;
    }
    at = json.find('\\', at + bytes);
  }
  return replaced;
}

}  // namespace caucus
