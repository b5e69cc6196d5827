// Any offer is declined or gets one of the two answers that there are.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "edge/websocket/deflate_negotiation.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr std::string_view kAnswer =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
  const std::string_view offers(reinterpret_cast<const char*>(data), size);
  const std::optional<std::string> answer = caucus::edge::websocket::AcceptDeflateOffer(offers);
  if (!answer) return 0;
  if (offers.find("permessage-deflate") == std::string_view::npos) std::abort();
  if (*answer != kAnswer && *answer != std::string(kAnswer) + "; server_max_window_bits=15") {
    std::abort();
  }
  return 0;
}
