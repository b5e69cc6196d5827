#include "auth-service/tokens/genuine_tokens.h"

#include <utility>

namespace caucus::auth {

void GenuineTokens::Insert(const TokenDigest& token) {
  absl::MutexLock lock(&mutex_);
  if (newer_.size() >= count_min_) older_ = std::exchange(newer_, Set());
  newer_.insert(token);
}

bool GenuineTokens::Contains(const TokenDigest& token) const {
  absl::MutexLock lock(&mutex_);
  return newer_.contains(token) || older_.contains(token);
}

}  // namespace caucus::auth
