#include "polls-service/ballot_files/file_text.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "common/text/unicode.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kCodePointBytesMax = 4;

// Returns the bytes of the first code point; 0 if it is malformed.
size_t FirstCodePointBytes(std::string_view text) {
  for (size_t bytes = 1; bytes <= std::min(kCodePointBytesMax, text.size()); ++bytes) {
    if (IsValidUtf8(text.substr(0, bytes))) return bytes;
  }
  return 0;
}

size_t FirstMalformed(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    const size_t bytes = FirstCodePointBytes(text.substr(at));
    if (bytes == 0) break;
    at += bytes;
  }
  return at;
}

}  // namespace

absl::StatusOr<std::string_view> FileText(std::string_view file) {
  if (file.size() > kFileBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("the file has more than ", kFileBytesMax, " bytes"));
  }
  if (file.starts_with(kByteOrderMark)) file.remove_prefix(kByteOrderMark.size());
  if (!IsValidUtf8(file)) return ErrorAt(file, FirstMalformed(file), "this is not UTF-8");
  return file;
}

absl::Status CheckName(std::string_view text, size_t offset, std::string_view what,
                       std::string_view name) {
  if (name.size() > kNameBytesMax) {
    return ErrorAt(text, offset,
                   absl::StrCat(ToAbsl(what), " is longer than ", kNameBytesMax, " bytes"));
  }
  if (HasControlCharacters(name)) {
    return ErrorAt(text, offset, absl::StrCat(ToAbsl(what), " has control characters"));
  }
  return absl::OkStatus();
}

std::optional<uint64_t> ParseNumber(std::string_view digits) {
  constexpr size_t kDigitsMax = 18;  // 10^18 < 2^63
  const size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  if (digits.empty() || digits.size() - zeros > kDigitsMax) return std::nullopt;
  uint64_t number = 0;
  for (const char digit : digits) {
    if (digit < '0' || digit > '9') return std::nullopt;
    number = number * 10 + static_cast<uint64_t>(digit - '0');
  }
  return number;
}

}  // namespace caucus::tally
