// The first request of an Engine.IO session: its query, the errors it may get, and the open packet.
//
// Thread-safe: free functions without state.

#ifndef EDGE_ENGINEIO_HANDSHAKE_H_
#define EDGE_ENGINEIO_HANDSHAKE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "edge/engineio/session.h"

namespace caucus::edge::engineio {

// The wire codes of the reference.
enum class HandshakeError : uint8_t {
  kUnknownTransport = 0,
  kUnknownSid = 1,
  kBadHandshakeMethod = 2,
  kBadRequest = 3,
  kForbidden = 4,
  kUnsupportedProtocolVersion = 5,
};

// Returns the message of an error, e.g. `Session ID unknown`.
std::string_view MessageOf(HandshakeError error);

// Returns the body of an error, e.g. `{"code":1,"message":"Session ID unknown"}`.
std::string BodyOf(HandshakeError error);

// What a request to the Engine.IO path asks for. Views into the request's target.
struct RequestQuery {
  std::string_view protocol;   // EIO
  std::string_view transport;  // transport
  std::string_view sid;        // sid; an empty one is none
  std::string_view base64;     // b64; unless empty, a WebSocket carries binary messages in base64
};

// Reads the parameters of a query string (without `?`). The first of a repeated parameter counts.
RequestQuery ParseRequestQuery(std::string_view query);

// The facts that the order of checks needs (engine.io server, `verify`).
struct RequestFacts {
  RequestQuery query;
  bool is_get = false;
  bool is_upgrade = false;  // Asks for another protocol, WebSocket or not.
  TransportSet transports;  // Those that are served.
  bool origin_malformed = false;
  bool origin_forbidden = false;
  const Session* session = nullptr;  // The session of `query.sid`, if there is one.
};

// Returns why a request must be refused, in the reference's order of checks.
std::optional<HandshakeError> Verify(const RequestFacts& facts);

// Returns the transport that `name` stands for.
std::optional<Transport> TransportOf(std::string_view name);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_HANDSHAKE_H_
