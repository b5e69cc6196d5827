#include "edge/http/http_gate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/text/absl_view.h"

namespace caucus::edge::http {
namespace {

constexpr unsigned kBadRequest = 400;
constexpr unsigned kTooManyHeaders = 431;

struct HeaderCounts {
  size_t host = 0;
  size_t content_length = 0;
  size_t transfer_encoding = 0;
};

bool IsPlain(char c) { return c > 0x20 && c < 0x7F; }

// Takes a line off the front, without its CRLF. REQUIRES: there is one.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  return line;
}

bool IsHeader(std::string_view name, std::string_view wanted) {
  return absl::EqualsIgnoreCase(ToAbsl(name), ToAbsl(wanted));
}

// False if the header may not pass.
bool CountHeader(std::string_view line, HeaderCounts& counts) {
  const size_t colon = line.find(':');
  if (line.front() == ' ' || line.front() == '\t' || colon == std::string_view::npos ||
      colon == 0) {
    return false;
  }
  const std::string_view name = line.substr(0, colon);
  if (!std::all_of(name.begin(), name.end(), IsPlain)) return false;
  if (IsHeader(name, "host")) ++counts.host;
  if (IsHeader(name, "content-length")) ++counts.content_length;
  if (!IsHeader(name, "transfer-encoding")) return true;
  ++counts.transfer_encoding;
  const absl::string_view value = absl::StripAsciiWhitespace(ToAbsl(line.substr(colon + 1)));
  return absl::EqualsIgnoreCase(value, "chunked");
}

}  // namespace

std::optional<unsigned> CheckHead(std::string_view head, const HeadLimits& limits) {
  const std::string_view request_line = TakeLine(head);
  const bool plain = std::all_of(request_line.begin(), request_line.end(),
                                 [](char c) { return c == ' ' || IsPlain(c); });
  if (!plain) return kBadRequest;
  const bool old_version = absl::EndsWith(ToAbsl(request_line), " HTTP/1.0");
  HeaderCounts counts;
  size_t headers = 0;
  for (std::string_view line = TakeLine(head); !line.empty(); line = TakeLine(head)) {
    if (++headers > limits.headers_max) return kTooManyHeaders;
    if (!CountHeader(line, counts)) return kBadRequest;
  }
  const bool host_ok = counts.host == 1 || (old_version && counts.host == 0);
  const bool framing_ok = counts.content_length + counts.transfer_encoding <= 1 &&
                          !(old_version && counts.transfer_encoding > 0);
  if (!host_ok || !framing_ok) return kBadRequest;
  return std::nullopt;
}

}  // namespace caucus::edge::http
