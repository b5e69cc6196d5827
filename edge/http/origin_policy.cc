#include "edge/http/origin_policy.h"

#include <algorithm>

namespace caucus::edge::http {
namespace {

bool Contains(const std::vector<std::string>& origins, std::string_view origin) {
  return std::find(origins.begin(), origins.end(), origin) != origins.end();
}

bool IsPrintable(char c) { return c >= ' ' && c <= '~'; }

}  // namespace

bool OriginPolicy::allows_all() const { return origins.empty() || Contains(origins, "*"); }

OriginVerdict JudgeOrigin(const OriginPolicy& policy, std::string_view origin) {
  if (!std::all_of(origin.begin(), origin.end(), IsPrintable)) return OriginVerdict::kMalformed;
  if (origin.empty()) {
    return policy.require_origin ? OriginVerdict::kForbidden : OriginVerdict::kAllowed;
  }
  const bool allowed = policy.allows_all() || Contains(policy.origins, origin);
  return allowed ? OriginVerdict::kAllowed : OriginVerdict::kForbidden;
}

}  // namespace caucus::edge::http
