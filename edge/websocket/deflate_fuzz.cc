// Any payload inflates to at most the limit, or is refused; and what we compress inflates to
// itself.
//
// Input: the payload of a compressed message, which is taken for a message too.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "edge/websocket/deflate.h"
#include "edge/websocket/frame.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using caucus::edge::websocket::CloseCode;
  constexpr size_t kBytesMax = 4096;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  std::string message;
  const CloseCode code = caucus::edge::websocket::InflateMessage(input, kBytesMax, message);
  if (message.size() > (code == CloseCode::kNormal ? kBytesMax : 0)) std::abort();
  const std::optional<std::string> payload = caucus::edge::websocket::DeflateMessage(input, 6);
  if (!payload) return 0;
  if (payload->size() >= size) std::abort();
  if (caucus::edge::websocket::InflateMessage(*payload, size, message) != CloseCode::kNormal ||
      message != input) {
    std::abort();
  }
  return 0;
}
