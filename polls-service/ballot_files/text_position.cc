#include "polls-service/ballot_files/text_position.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "common/text/unicode.h"

namespace caucus::tally {

TextPosition PositionAt(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const auto newlines = std::count(before.begin(), before.end(), '\n');
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0.
  return {.line = static_cast<uint64_t>(newlines) + 1,
          .column = CountCodePoints(before.substr(line_start)) + 1};
}

absl::Status ErrorAt(std::string_view text, size_t offset, std::string_view what) {
  const TextPosition at = PositionAt(text, offset);
  return absl::InvalidArgumentError(
      absl::StrCat("line ", at.line, ", column ", at.column, ": ", ToAbsl(what)));
}

}  // namespace caucus::tally
