// A request's head: its line and headers, and what they say about the body and the connection.

#ifndef EDGE_HTTP_REQUEST_HEAD_H_
#define EDGE_HTTP_REQUEST_HEAD_H_

#include <cstdint>
#include <string_view>

#include "edge/http/http_message.h"

namespace caucus::edge::http {

struct RequestHead {
  Request request;  // Without address and body.
  // Of the body, unless it is chunked; one that no counter holds is the largest number.
  uint64_t content_length = 0;
  bool is_chunked = false;
  bool expects_continue = false;  // The client waits for `100 Continue` before it sends the body.
  bool keep_alive = false;
};

// Reads a head, up to and with the empty line. REQUIRES: CheckHead lets it pass. Thread-safe.
RequestHead ParseHead(std::string_view head);

// Whether a comma-separated list, a Connection header say, has an element. In any case.
bool ListContains(std::string_view list, std::string_view element);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_REQUEST_HEAD_H_
