// The cookie that a polling handshake may set: for load balancers that route by it.

#ifndef EDGE_HTTP_COOKIE_H_
#define EDGE_HTTP_COOKIE_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caucus::edge::http {

enum class SameSite : uint8_t { kLax, kStrict, kNone };

struct CookieOptions {
  std::string name = "io";
  std::string path = "/";  // Empty: none.
  std::string domain;      // Empty: none.
  std::optional<std::chrono::seconds> max_age;
  bool http_only = true;
  bool secure = false;  // Browsers want it with SameSite::kNone.
  SameSite same_site = SameSite::kLax;
};

// Whether name, path and domain hold only what they may (RFC 6265 §4.1.1).
bool IsValid(const CookieOptions& options);

// Returns the value of Set-Cookie, e.g. `io=abc; Path=/; HttpOnly; SameSite=Lax`.
// REQUIRES: IsValid(options), and `value` is a token.
std::string SetCookie(const CookieOptions& options, std::string_view value);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_COOKIE_H_
