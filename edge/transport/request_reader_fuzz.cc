// However a connection's bytes come, in one piece or in many, the same requests are read, within
// the limits.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "edge/http/http_message.h"
#include "edge/transport/http_limits.h"
#include "edge/transport/request_reader.h"

namespace caucus::edge::transport {
namespace {

using Progress = RequestReader::Progress;

const HttpLimits& Limits() {
  static const auto* const limits = new HttpLimits{.body = {.bytes_max = 1000}};
  return *limits;
}

// What was read, as text.
std::string Read(std::string_view bytes, size_t piece) {
  RequestReader reader(Limits());
  std::string input;
  std::string read;
  http::Request head;
  Progress progress = Progress::kNeedHead;
  while (!bytes.empty() && progress != Progress::kRefused) {
    input.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    progress = Progress::kRequest;
    while ((progress == Progress::kRequest || progress == Progress::kHead) && !input.empty()) {
      progress = reader.Read(input);
      if (progress == Progress::kHead) head = reader.TakeHead();
      if (progress != Progress::kRequest) continue;
      const std::string body = reader.TakeBody();
      if (body.size() > 1000) std::abort();
      read += head.method + " " + head.path + "?" + head.query + "\n" + body + "\n";
    }
  }
  return read;
}

}  // namespace
}  // namespace caucus::edge::transport

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 4000) return 0;  // Bounds depend on pieces beyond that.
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = caucus::edge::transport::Read(bytes, size == 0 ? 1 : size);
  if (caucus::edge::transport::Read(bytes, 1) != whole) std::abort();
  if (caucus::edge::transport::Read(bytes, 7) != whole) std::abort();
  return 0;
}
