// Who answers the requests of an HttpConnection.

#ifndef EDGE_TRANSPORT_HTTP_HANDLER_H_
#define EDGE_TRANSPORT_HTTP_HANDLER_H_

#include <memory>
#include <optional>
#include <string>

#include "edge/http/address_limiter.h"

namespace caucus::edge::transport {

class HttpConnection;

// Handles requests. Confined to its shard.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;

  // Told that a request's head is there, before its body is read. May answer, which ends the
  // connection unless the request is whole, or hand the connection over.
  virtual void OnHead(const std::shared_ptr<HttpConnection>& connection) {
    static_cast<void>(connection);
  }

  // Answers with connection->Respond, now or later, or takes the socket. The next request of the
  // connection comes only after the answer.
  virtual void OnRequest(const std::shared_ptr<HttpConnection>& connection) = 0;
};

// What moves to another shard with a connection.
struct HttpHandOver {
  int native_socket;
  std::string address;  // Of the peer, without a port.
  std::string input;    // Received and not yet answered, from the head of a request on.
  std::optional<http::AddressLimiter::Slot> slot;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_HTTP_HANDLER_H_
