#include "tests/load/http_answer.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "common/text/absl_view.h"

namespace caucus::load {

std::optional<HttpAnswer> ReadHttpAnswer(std::string_view bytes) {
  const size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  HttpAnswer answer;
  const std::string headers = absl::AsciiStrToLower(ToAbsl(bytes.substr(0, end + 2)));
  if (headers.size() < 12 || !absl::SimpleAtoi(headers.substr(9, 3), &answer.status)) return answer;
  size_t length = 0;
  constexpr std::string_view kLength = "\r\ncontent-length:";
  if (const size_t at = headers.find(kLength); at != std::string::npos) {
    const size_t value = at + kLength.size();
    if (!absl::SimpleAtoi(headers.substr(value, headers.find('\r', value) - value), &length))
      return answer;
  }
  bytes.remove_prefix(end + 4);
  if (bytes.size() < length) return std::nullopt;
  answer.body = bytes.substr(0, length);
  answer.rest = bytes.substr(length);
  return answer;
}

}  // namespace caucus::load
