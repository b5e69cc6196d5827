// How often one address, or anybody else who has a name, may do something.

#ifndef COMMON_LIMITS_ADDRESS_LIMITER_H_
#define COMMON_LIMITS_ADDRESS_LIMITER_H_

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "common/limits/token_bucket.h"
#include "common/time/clock.h"

namespace caucus {

// One bucket for each address; for IPv6 for each /64, which is what one customer has. Remembers the
// `addresses_max` that were seen last; a forgotten one starts with a full bucket.
//
// Thread-safe. `clock` must outlive it.
class AddressLimiter {
 public:
  AddressLimiter(const RateLimit& limit, const Clock& clock, size_t addresses_max = 100'000)
      : limit_(limit), clock_(clock), addresses_max_(addresses_max) {}

  // Takes one; returns whether there was one.
  bool Take(std::string_view address);
  // Whether Take would be granted.
  bool HasRoom(std::string_view address);
  // Takes one, even if there is none: the address then waits the longer.
  void Charge(std::string_view address);

  size_t size() const;

 private:
  using Entry = std::pair<std::string, TokenBucket>;

  TokenBucket& Bucket(std::string key) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  TokenBucket::Time Now() const;

  const RateLimit limit_;
  const Clock& clock_;
  const size_t addresses_max_;
  mutable absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // The latest first.
  absl::flat_hash_map<std::string, std::list<Entry>::iterator> places_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus

#endif  // COMMON_LIMITS_ADDRESS_LIMITER_H_
