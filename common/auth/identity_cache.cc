#include "common/auth/identity_cache.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace caucus {

IdentityCache::IdentityCache(std::size_t entries_max, absl::Duration retention)
    : entries_max_(std::max<std::size_t>(entries_max, 1)), retention_(retention) {}

std::shared_ptr<const Identity> IdentityCache::Find(const TokenDigest& digest, absl::Time now) {
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end()) return nullptr;
  const Entries::iterator entry = found->second;
  if (now >= entry->forget_time) {
    Erase(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return entry->identity;
}

void IdentityCache::Insert(const TokenDigest& digest, std::shared_ptr<const Identity> identity,
                           absl::Time now) {
  if (const auto found = by_digest_.find(digest); found != by_digest_.end()) Erase(found->second);
  const absl::Time forget_time = std::min(now + retention_, identity->expire_time);
  if (now >= forget_time) return;
  if (entries_.size() >= entries_max_) Erase(std::prev(entries_.end()));
  entries_.push_front({digest, std::move(identity), forget_time});
  by_digest_[digest] = entries_.begin();
}

void IdentityCache::Erase(Entries::iterator entry) {
  by_digest_.erase(entry->digest);
  entries_.erase(entry);
}

}  // namespace caucus
