#include "edge/transcoding/json_error.h"

#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "common/text/unicode.h"

namespace caucus::edge::transcoding {
namespace {

size_t CountUtf16Units(std::string_view text) {
  size_t units = CountCodePoints(text);
  for (const char byte : text) units += static_cast<unsigned char>(byte) >= 0xF0 ? 1 : 0;
  return units;
}

// Whether a property name is due at the end of `text`: an object has just been opened.
bool EndsAfterOpenBrace(std::string_view text) {
  bool in_string = false;
  char last = '\0';
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
    }
    if (c != ' ' && c != '\t' && c != '\n' && c != '\r') last = c;
  }
  return !in_string && last == '{';
}

std::string_view FirstCodePoint(std::string_view text) {
  for (size_t bytes = 1; bytes <= 4 && bytes <= text.size(); ++bytes) {
    if (IsValidUtf8(text.substr(0, bytes))) return text.substr(0, bytes);
  }
  return "\uFFFD";
}

}  // namespace

std::string DescribeJsonError(std::string_view text, size_t position) {
  if (position >= text.size()) return "Unexpected end of JSON input";
  const std::string_view before = text.substr(0, position);
  const std::string where = absl::StrCat(" in JSON at position ", CountUtf16Units(before));
  if (EndsAfterOpenBrace(before)) return "Expected property name or '}'" + where;
  return absl::StrCat("Unexpected token ", ToAbsl(FirstCodePoint(text.substr(position))), where);
}

absl::StatusOr<boost::json::value> ParseJson(std::string_view text, const JsonLimits& limits) {
  auto result = ParseBounded(text, limits);
  const JsonError* const error = std::get_if<JsonError>(&result);
  if (error == nullptr) return std::get<boost::json::value>(std::move(result));
  switch (error->fault) {
    case JsonFault::kTooDeep:
      return absl::ResourceExhaustedError(
          absl::StrCat("JSON is nested deeper than ", limits.depth_max, " levels"));
    case JsonFault::kTooManyMembers:
      return absl::ResourceExhaustedError(
          absl::StrCat("JSON has an object with more than ", limits.members_max, " members"));
    case JsonFault::kMalformed:
      break;
  }
  return absl::InvalidArgumentError(DescribeJsonError(text, error->position));
}

}  // namespace caucus::edge::transcoding
