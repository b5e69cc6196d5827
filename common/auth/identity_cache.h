// Positive answers about tokens, kept for a while.

#ifndef COMMON_AUTH_IDENTITY_CACHE_H_
#define COMMON_AUTH_IDENTITY_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "common/auth/identity.h"
#include "common/auth/token_digest.h"

namespace caucus {

// A bounded map of token digest to identity that forgets the least recently used first.
//
// Thread-compatible.
class IdentityCache {
 public:
  // Keeps at most `entries_max` (at least 1) answers, each for at most `retention`.
  IdentityCache(std::size_t entries_max, absl::Duration retention);

  // Returns null if nothing is known, or no longer at `now`.
  std::shared_ptr<const Identity> Find(const TokenDigest& digest, absl::Time now);

  // Does nothing if the identity is over at `now`.
  void Insert(const TokenDigest& digest, std::shared_ptr<const Identity> identity, absl::Time now);

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    TokenDigest digest;
    std::shared_ptr<const Identity> identity;
    absl::Time forget_time;
  };
  using Entries = std::list<Entry>;

  void Erase(Entries::iterator entry);

  const std::size_t entries_max_;
  const absl::Duration retention_;
  Entries entries_;  // The most recently used first.
  absl::flat_hash_map<TokenDigest, Entries::iterator> by_digest_;
};

}  // namespace caucus

#endif  // COMMON_AUTH_IDENTITY_CACHE_H_
