// Whatever head the gate lets pass, the rules that it stands for hold, said once more in other
// words.

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "edge/http/http_gate.h"

namespace caucus::edge::http {
namespace {

constexpr HeadLimits kLimits = {.bytes_max = 16 * 1024, .headers_max = 8};

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  return lower;
}

std::vector<std::string> LinesOf(std::string_view head) {
  std::vector<std::string> lines;
  while (true) {
    const size_t end = head.find("\r\n");
    if (end == 0 || end == std::string_view::npos) return lines;
    lines.push_back(Lower(head.substr(0, end)));
    head.remove_prefix(end + 2);
  }
}

size_t CountNamed(const std::vector<std::string>& lines, std::string_view prefix) {
  return static_cast<size_t>(std::count_if(
      lines.begin() + 1, lines.end(), [&](const auto& line) { return line.starts_with(prefix); }));
}

void CheckPassed(const std::vector<std::string>& lines) {
  Check(!lines.empty());
  const bool old_version = lines[0].ends_with(" http/1.0");
  for (size_t i = 1; i < lines.size(); ++i) {
    Check(lines[i].front() != ' ' && lines[i].front() != '\t');
    Check(lines[i].find(':') != std::string::npos);
  }
  for (const char c : lines[0]) Check(c >= 0x20 && c < 0x7F);
  Check(lines.size() - 1 <= kLimits.headers_max);
  const size_t hosts = CountNamed(lines, "host:");
  Check(hosts == 1 || (old_version && hosts == 0));
  const size_t lengths = CountNamed(lines, "content-length:");
  const size_t encodings = CountNamed(lines, "transfer-encoding:");
  Check(lengths + encodings <= 1);
  Check(!old_version || encodings == 0);
}

}  // namespace
}  // namespace caucus::edge::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::edge::http;
  std::string head(reinterpret_cast<const char*>(data), size);
  head.erase(0, head.find_first_not_of("\r\n"));  // As the connection does before it asks.
  const size_t end = head.find("\r\n\r\n");
  head = head.substr(0, end) + "\r\n\r\n";
  if (head.size() == 4) return 0;
  if (!CheckHead(head, kLimits)) CheckPassed(LinesOf(head));
  return 0;
}
