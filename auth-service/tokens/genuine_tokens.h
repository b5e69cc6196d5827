// Which tokens are known to be ours.

#ifndef AUTH_SERVICE_TOKENS_GENUINE_TOKENS_H_
#define AUTH_SERVICE_TOKENS_GENUINE_TOKENS_H_

#include <cstddef>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "common/auth/token_digest.h"

namespace caucus::auth {

// Remembers tokens whose signature was made or verified here, by a digest of all their characters:
// a signature costs 0.1 ms to verify, and whoever gets a token shows it soon, often to several
// services. It tells nothing of what a token says nor whether it is over: that is to be looked at
// each time. Keys are never withdrawn while a process runs (KeyRing), so what was genuine remains
// so.
//
// Thread-safe.
class GenuineTokens {
 public:
  // Keeps the latest `count_min` to twice as many.
  explicit GenuineTokens(std::size_t count_min = 32 * 1024) : count_min_(count_min) {}

  void Insert(const TokenDigest& token);
  bool Contains(const TokenDigest& token) const;

 private:
  using Set = absl::flat_hash_set<TokenDigest>;

  const std::size_t count_min_;
  mutable absl::Mutex mutex_;
  Set newer_ ABSL_GUARDED_BY(mutex_);  // When it is full it becomes `older_`.
  Set older_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_GENUINE_TOKENS_H_
