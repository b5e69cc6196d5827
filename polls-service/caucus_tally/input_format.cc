#include "polls-service/caucus_tally/input_format.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/abif.h"
#include "polls-service/ballot_files/ballot_json.h"
#include "polls-service/ballot_files/blt.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kSpace = " \t\r\n\f\v";

// Returns `text` without white space and lines of comment at its front.
std::string_view SkipComments(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
    if (!text.starts_with('#')) return text;
    text.remove_prefix(std::min(text.find('\n'), text.size()));
  }
}

// ABIF's metadata end in the line in which they begin, and something comes after them.
bool IsMetadata(std::string_view text) {
  const size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, line_end);
  const size_t brace = line.rfind('}');
  return brace != std::string_view::npos && line.find(':') < brace &&
         text.find_first_not_of(kSpace, line_end) != std::string_view::npos;
}

InputFormat GuessByContent(std::string_view content) {
  const std::string_view text = SkipComments(content);
  if (text.starts_with('{')) return IsMetadata(text) ? InputFormat::kAbif : InputFormat::kJson;
  if (text.starts_with('[')) return InputFormat::kJson;
  if (text.starts_with("/*")) return InputFormat::kBlt;
  const size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const size_t next = text.find_first_not_of(kSpace, digits);
  const bool is_sizes = digits > 0 && next != std::string_view::npos && text[next] != ':';
  return is_sizes ? InputFormat::kBlt : InputFormat::kAbif;
}

}  // namespace

std::optional<InputFormat> InputFormatNamed(std::string_view name) {
  if (name == "auto") return InputFormat::kAuto;
  if (name == "blt") return InputFormat::kBlt;
  if (name == "abif") return InputFormat::kAbif;
  if (name == "json") return InputFormat::kJson;
  return std::nullopt;
}

InputFormat GuessFormat(std::string_view path, std::string_view content) {
  const size_t dot = path.rfind('.');
  if (dot != std::string_view::npos) {
    const std::string extension = absl::AsciiStrToLower(ToAbsl(path.substr(dot + 1)));
    const std::optional<InputFormat> named = InputFormatNamed(extension);
    if (named && *named != InputFormat::kAuto) return *named;
  }
  return GuessByContent(content);
}

absl::StatusOr<BallotFile> ParseAs(InputFormat format, std::string_view content) {
  switch (format) {
    case InputFormat::kBlt:
      return ParseBlt(content);
    case InputFormat::kAbif:
      return ParseAbif(content);
    case InputFormat::kJson:
    case InputFormat::kAuto:
      break;
  }
  return ParseBallotJson(content);
}

}  // namespace caucus::tally
