// An HTTP request and its answer as plain values, so that only the transport knows an HTTP library.

#ifndef EDGE_HTTP_HTTP_MESSAGE_H_
#define EDGE_HTTP_HTTP_MESSAGE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace caucus::edge::http {

// Names and values, in order.
using Headers = std::vector<std::pair<std::string, std::string>>;

// A whole request. Names of headers are in lower case; each stands once, the first of a repeated
// one.
struct Request {
  std::string method;  // As sent, e.g. `GET`.
  std::string path;    // Without the query.
  std::string query;   // Without `?`, still percent-encoded.
  std::string body;
  std::string address;  // Of the peer, without a port.
  Headers headers;
  bool is_upgrade = false;  // Asks for another protocol, the one in header `upgrade`.

  // Returns a header's value, empty if absent. `name` is in lower case.
  std::string_view Header(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string content_type;  // Empty: no such header.
  std::string body;
  // Further headers. One that would end its line, or is no header at all, is not sent.
  Headers headers;
  bool close = false;  // Closes the connection after the answer.
  // Instead of `body` unless null: bytes that many answers share.
  std::shared_ptr<const std::string> shared_body;

  size_t body_size() const { return shared_body == nullptr ? body.size() : shared_body->size(); }
};

// Returns the phrase of a status, e.g. `Bad Request`.
std::string_view ReasonPhrase(unsigned status);

enum class BodyMode : unsigned char { kSend, kOmit };  // kOmit: for HEAD.
enum class KeepAlive : unsigned char { kYes, kNo };

// Whether answers of this status have a body, be it an empty one.
bool HasBody(unsigned status);

// Returns the bytes of an HTTP/1.1 answer. A shared body is not among them: it follows.
std::string Serialize(const Response& response, BodyMode body, KeepAlive keep_alive);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_HTTP_MESSAGE_H_
