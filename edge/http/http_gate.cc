#include "edge/http/http_gate.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "common/text/absl_view.h"
#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

constexpr unsigned kBadRequest = 400;
constexpr unsigned kTooManyHeaders = 431;

struct HeaderCounts {
  size_t host = 0;
  size_t content_length = 0;
  size_t transfer_encoding = 0;
};

// Takes a line off the front, without its CRLF. REQUIRES: there is one.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = text.find("\r\n");
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
  return line;
}

bool IsVisible(char c) { return c > ' ' && c < 0x7F; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// method SP target SP HTTP-version
bool IsRequestLine(std::string_view line) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  return IsToken(line.substr(0, first)) && !target.empty() &&
         std::all_of(target.begin(), target.end(), IsVisible) &&
         (version == "HTTP/1.1" || version == "HTTP/1.0");
}

// One host, not a list, and nothing that belongs in front of or behind it.
bool IsHost(std::string_view value) {
  return value.find_first_of(" \t,/\\@?#") == std::string_view::npos;
}

bool IsHeader(std::string_view name, std::string_view wanted) {
  return absl::EqualsIgnoreCase(ToAbsl(name), ToAbsl(wanted));
}

// False if the header may not pass. A folded line has a name that is none.
bool CountHeader(std::string_view line, HeaderCounts& counts) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !IsToken(line.substr(0, colon))) return false;
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = TrimBlanks(line.substr(colon + 1));
  if (!IsFieldValue(value)) return false;
  if (IsHeader(name, "host")) {
    ++counts.host;
    return IsHost(value);
  }
  if (IsHeader(name, "content-length")) {
    ++counts.content_length;
    return !value.empty() && std::all_of(value.begin(), value.end(), IsDigit);
  }
  if (IsHeader(name, "transfer-encoding")) {
    ++counts.transfer_encoding;
    return absl::EqualsIgnoreCase(ToAbsl(value), "chunked");
  }
  return true;
}

}  // namespace

std::optional<unsigned> CheckHead(std::string_view head, const HeadLimits& limits) {
  const std::string_view request_line = TakeLine(head);
  if (!IsRequestLine(request_line)) return kBadRequest;
  const bool old_version = request_line.ends_with("0");
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

bool HasBareLineEnd(std::string_view head) {
  for (size_t at = head.find_first_of("\r\n"); at != std::string_view::npos;
       at = head.find_first_of("\r\n", at)) {
    if (head[at] == '\n') return true;
    if (at + 1 == head.size()) return false;  // The first half of a line end.
    if (head[at + 1] != '\n') return true;
    at += 2;
  }
  return false;
}

}  // namespace caucus::edge::http
