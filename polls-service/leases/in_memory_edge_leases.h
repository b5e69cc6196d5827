// The leases of edges in this process's memory: for tests, and for trying Caucus out without Redis.

#ifndef POLLS_SERVICE_LEASES_IN_MEMORY_EDGE_LEASES_H_
#define POLLS_SERVICE_LEASES_IN_MEMORY_EDGE_LEASES_H_

#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

// Nothing outlives the process. Callbacks run before the operation returns.
//
// Thread-safe. Outlived by `clock`.
class InMemoryEdgeLeases : public EdgeLeases {
 public:
  explicit InMemoryEdgeLeases(const Clock& clock,
                              absl::Duration lease_duration = kEdgeLeaseDuration)
      : clock_(clock), lease_duration_(lease_duration) {}

  void Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) override;
  void FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                   FindMissingCallback done) override;
  void DeclareDead(std::string_view edge_id, absl::Time deadline,
                   DeclareDeadCallback done) override;

 private:
  using Expiries = absl::flat_hash_map<std::string, absl::Time>;

  absl::Status Check(std::string_view edge_id, absl::Time deadline) const;
  void DropExpired() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Clock& clock_;
  const absl::Duration lease_duration_;
  absl::Mutex mutex_;
  Expiries leases_ ABSL_GUARDED_BY(mutex_);
  Expiries known_ ABSL_GUARDED_BY(mutex_);
  Expiries tombstones_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_IN_MEMORY_EDGE_LEASES_H_
