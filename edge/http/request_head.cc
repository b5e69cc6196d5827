#include "edge/http/request_head.h"

#include <charconv>
#include <limits>
#include <string>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/text/absl_view.h"
#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

void ParseRequestLine(std::string_view line, Request& request) {
  const size_t first = line.find(' ');
  const std::string_view target = line.substr(first + 1, line.rfind(' ') - first - 1);
  const size_t question = target.find('?');
  request.method = line.substr(0, first);
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
}

uint64_t ParseLength(std::string_view digits) {
  uint64_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  return error == std::errc() ? length : std::numeric_limits<uint64_t>::max();
}

// Whether any header of this name has an element; it may be repeated.
bool HeaderContains(const Request& request, std::string_view name, std::string_view element) {
  for (const auto& [header, value] : request.headers) {
    if (header == name && ListContains(value, element)) return true;
  }
  return false;
}

}  // namespace

bool ListContains(std::string_view list, std::string_view element) {
  while (!list.empty()) {
    if (absl::EqualsIgnoreCase(ToAbsl(TakeListElement(list)), ToAbsl(element))) return true;
  }
  return false;
}

RequestHead ParseHead(std::string_view head) {
  RequestHead result;
  Request& request = result.request;
  const std::string_view request_line = head.substr(0, head.find("\r\n"));
  ParseRequestLine(request_line, request);
  head.remove_prefix(request_line.size() + 2);
  for (size_t end = head.find("\r\n"); end != 0; end = head.find("\r\n")) {
    const size_t colon = head.find(':');
    request.headers.emplace_back(absl::AsciiStrToLower(ToAbsl(head.substr(0, colon))),
                                 TrimBlanks(head.substr(colon + 1, end - colon - 1)));
    head.remove_prefix(end + 2);
  }
  const bool old_version = request_line.ends_with("0");
  result.is_chunked = !request.Header("transfer-encoding").empty();
  const std::string_view length = request.Header("content-length");
  if (!length.empty()) result.content_length = ParseLength(length);
  result.expects_continue =
      !old_version && absl::EqualsIgnoreCase(ToAbsl(request.Header("expect")), "100-continue");
  result.keep_alive = old_version ? HeaderContains(request, "connection", "keep-alive")
                                  : !HeaderContains(request, "connection", "close");
  request.is_upgrade = !old_version && !request.Header("upgrade").empty() &&
                       HeaderContains(request, "connection", "upgrade");
  return result;
}

}  // namespace caucus::edge::http
