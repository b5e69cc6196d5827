// Which web pages may use the server: the guard against cross-site WebSocket hijacking, which CORS
// does not cover.

#ifndef EDGE_HTTP_ORIGIN_POLICY_H_
#define EDGE_HTTP_ORIGIN_POLICY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace caucus::edge::http {

struct OriginPolicy {
  // Compared exactly, e.g. `https://example.org`; `null` only if listed. Empty, or with `*`: all.
  std::vector<std::string> origins;
  // Refuses requests without an Origin too: native clients, and pages of the server's own origin
  // when they poll.
  bool require_origin = false;

  bool allows_all() const;
};

enum class OriginVerdict : uint8_t { kAllowed, kForbidden, kMalformed };

// Judges an `Origin` header's value, empty if there is none. kMalformed: it holds characters that
// no header may hold, or none of ASCII. Thread-safe.
OriginVerdict JudgeOrigin(const OriginPolicy& policy, std::string_view origin);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_ORIGIN_POLICY_H_
