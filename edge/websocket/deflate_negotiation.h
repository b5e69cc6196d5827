// Agreeing on permessage-deflate while a WebSocket opens (RFC 7692 §7.1).
//
// Thread-safe: free functions without state.

#ifndef EDGE_WEBSOCKET_DEFLATE_NEGOTIATION_H_
#define EDGE_WEBSOCKET_DEFLATE_NEGOTIATION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caucus::edge::websocket {

// Longer values of Sec-WebSocket-Extensions are not looked at.
inline constexpr size_t kExtensionsBytesMax = 1024;

// Returns the value of Sec-WebSocket-Extensions in the answer to a client that has sent `offers`,
// or nothing if no offer can be accepted. The first acceptable one counts. One is declined that
// has an unknown, repeated or ill-valued parameter, or that demands a window for our messages that
// is smaller than 32 KiB. Both sides always give up context takeover. Of a malformed value nothing
// is accepted.
//
//     extensions := extension ("," extension)*
//     extension  := token (";" token ["=" (token | quoted-string)])*
std::optional<std::string> AcceptDeflateOffer(std::string_view offers);

}  // namespace caucus::edge::websocket

#endif  // EDGE_WEBSOCKET_DEFLATE_NEGOTIATION_H_
