// What a request's head must fulfil before an HTTP library may see it.
//
// Beast 1.81 lets some heads pass that another server, a proxy in front say, reads differently: the
// stuff of request smuggling. The gate refuses them (RFC 9112 §2.2, §3.2, §5.2, §6.1).

#ifndef EDGE_HTTP_HTTP_GATE_H_
#define EDGE_HTTP_HTTP_GATE_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace caucus::edge::http {

struct HeadLimits {
  size_t bytes_max = 16 * 1024;
  size_t headers_max = 64;
};

// Returns the status to refuse a head with, or nothing if it may pass. `head` is the request line
// and the headers, up to and with the empty line. Thread-safe.
//   400  a request line of another form, bytes beyond ASCII in it; no or two Host headers, or a
//   list
//        in one; a folded or malformed header; Transfer-Encoding other than `chunked` or beside
//        Content-Length or in HTTP/1.0; two Content-Length headers, or one that is no number
//   431  more headers than the limit
std::optional<unsigned> CheckHead(std::string_view head, const HeadLimits& limits);

// Whether a line of a head, of which more may come, ends with CR or LF alone: it never passes, and
// a sender that ends its lines so would wait for an answer in vain. Thread-safe.
bool HasBareLineEnd(std::string_view head);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_HTTP_GATE_H_
