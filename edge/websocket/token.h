// Tokens in the headers of an opening WebSocket (RFC 9110 §5.6.2).
//
// Thread-safe: free functions without state.

#ifndef EDGE_WEBSOCKET_TOKEN_H_
#define EDGE_WEBSOCKET_TOKEN_H_

#include <string_view>

namespace caucus::edge::websocket {

// Whether a token may hold `c`.
constexpr bool IsTokenCharacter(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_TOKEN_H_
