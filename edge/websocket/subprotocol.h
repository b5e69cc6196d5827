// Agreeing on a subprotocol while a WebSocket opens (RFC 6455 §4.2.2).
//
// Thread-safe: free functions without state.

#ifndef EDGE_WEBSOCKET_SUBPROTOCOL_H_
#define EDGE_WEBSOCKET_SUBPROTOCOL_H_

#include <cstddef>
#include <string_view>

namespace caucus::edge::websocket {

// Longer names of subprotocols are passed over.
inline constexpr size_t kSubprotocolBytesMax = 256;

// Returns the subprotocol to answer to a value of Sec-WebSocket-Protocol, `chat, superchat`: the
// first that is a token, as the reference does, for whom a name means nothing. A client that asks
// for one fails without an answer. Empty: there is none. The result is a part of `offers`.
std::string_view SelectSubprotocol(std::string_view offers);

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_SUBPROTOCOL_H_
