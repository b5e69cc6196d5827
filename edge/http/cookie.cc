#include "edge/http/cookie.h"

#include <algorithm>

#include "edge/http/http_syntax.h"

namespace caucus::edge::http {
namespace {

std::string_view NameOf(SameSite same_site) {
  switch (same_site) {
    case SameSite::kLax:
      return "Lax";
    case SameSite::kStrict:
      return "Strict";
    case SameSite::kNone:
      return "None";
  }
  return "";
}

bool IsAttributeValue(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= ' ' && c <= '~' && c != ';'; });
}

}  // namespace

bool IsValid(const CookieOptions& options) {
  return IsToken(options.name) && IsAttributeValue(options.path) &&
         IsAttributeValue(options.domain);
}

// The order of the attributes is that of npm's `cookie`, which the reference uses.
std::string SetCookie(const CookieOptions& options, std::string_view value) {
  std::string cookie;
  cookie.append(options.name).append("=").append(value);
  if (options.max_age) {
    cookie.append("; Max-Age=").append(std::to_string(options.max_age->count()));
  }
  if (!options.domain.empty()) cookie.append("; Domain=").append(options.domain);
  if (!options.path.empty()) cookie.append("; Path=").append(options.path);
  if (options.http_only) cookie.append("; HttpOnly");
  if (options.secure) cookie.append("; Secure");
  cookie.append("; SameSite=").append(NameOf(options.same_site));
  return cookie;
}

}  // namespace caucus::edge::http
