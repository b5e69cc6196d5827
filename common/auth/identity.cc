#include "common/auth/identity.h"

namespace caucus {

std::string Identity::Claim(std::string_view name) const {
  const auto found = claims.fields().find(std::string(name));
  return found == claims.fields().end() ? std::string() : found->second.string_value();
}

}  // namespace caucus
