#include "edge/websocket/subprotocol.h"

#include <algorithm>

#include "edge/websocket/token.h"

namespace caucus::edge::websocket {
namespace {

constexpr std::string_view kSpace = " \t";

std::string_view TrimSpace(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

bool IsSubprotocol(std::string_view name) {
  return !name.empty() && name.size() <= kSubprotocolBytesMax &&
         std::all_of(name.begin(), name.end(), IsTokenCharacter);
}

}  // namespace

std::string_view SelectSubprotocol(std::string_view offers) {
  while (!offers.empty()) {
    const size_t comma = std::min(offers.find(','), offers.size());
    const std::string_view name = TrimSpace(offers.substr(0, comma));
    if (IsSubprotocol(name)) return name;
    offers.remove_prefix(std::min(comma + 1, offers.size()));
  }
  return {};
}

}  // namespace caucus::edge::websocket
