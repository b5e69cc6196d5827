// How many TCP connections one address may have.

#ifndef EDGE_HTTP_ADDRESS_LIMITER_H_
#define EDGE_HTTP_ADDRESS_LIMITER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace caucus::edge::http {

// Counts by IPv4 address, and by the /64 network of an IPv6 address, which is what one household
// has. Thread-safe: all shards share one. It must outlive its slots.
class AddressLimiter {
 public:
  // The network of an address, and whether it is one of IPv6.
  using Key = std::pair<bool, uint64_t>;

  // A connection's place, until it is destroyed. Thread-compatible.
  class Slot {
   public:
    Slot(Slot&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), key_(other.key_) {}
    Slot& operator=(Slot&& other) noexcept {
      std::swap(limiter_, other.limiter_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Slot() {
      if (limiter_ != nullptr) limiter_->Release(key_);
    }

   private:
    friend class AddressLimiter;
    Slot(AddressLimiter* limiter, Key key) : limiter_(limiter), key_(key) {}

    AddressLimiter* limiter_;  // Null once moved from.
    Key key_;
  };

  // A maximum of 0 means no limit.
  explicit AddressLimiter(size_t connections_max) : connections_max_(connections_max) {}

  // Returns a place for a connection from `address`, in text form; nothing if it has all it may
  // have.
  std::optional<Slot> Acquire(const std::string& address) ABSL_LOCKS_EXCLUDED(mutex_);

  // Returns what `address` counts as. Text that is no address counts as 0.0.0.0.
  static Key KeyOf(const std::string& address);

 private:
  void Release(Key key) ABSL_LOCKS_EXCLUDED(mutex_);

  const size_t connections_max_;
  absl::Mutex mutex_;
  absl::flat_hash_map<Key, size_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_ADDRESS_LIMITER_H_
