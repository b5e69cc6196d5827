// Cross-origin resource sharing: which pages of other origins may read our answers.
//
// The headers are those of npm's `cors`, which the reference runs in front of Engine.IO. They only
// tell browsers; OriginPolicy is what refuses.

#ifndef EDGE_HTTP_CORS_H_
#define EDGE_HTTP_CORS_H_

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "edge/http/http_message.h"

namespace caucus::edge::http {

struct CorsOptions {
  std::vector<std::string> origins;  // Compared exactly; `*`: all. Empty: no header at all.
  std::vector<std::string> methods = {"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"};
  std::vector<std::string> allowed_headers;  // Empty: those that the request asks for.
  std::vector<std::string> exposed_headers;
  bool credentials = false;  // Has no effect in browsers together with `*`.
  std::optional<std::chrono::seconds> max_age;
  unsigned options_success_status = 204;
  // Lets a preflight pass on, with the headers, instead of answering it.
  bool preflight_continue = false;
};

// Immutable.
class Cors {
 public:
  explicit Cors(CorsOptions options) : options_(std::move(options)) {}

  // Returns what goes into any answer to `request`.
  Headers HeadersFor(const Request& request) const;

  // Returns the answer to an OPTIONS request, headers and all; nothing if it is to be handled like
  // any other.
  std::optional<Response> Preflight(const Request& request) const;

 private:
  const CorsOptions options_;
};

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_CORS_H_
