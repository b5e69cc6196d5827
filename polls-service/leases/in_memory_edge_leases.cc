#include "polls-service/leases/in_memory_edge_leases.h"

#include <utility>
#include <vector>

#include "common/text/absl_view.h"
#include "polls-service/leases/edge_id.h"

namespace caucus::polls {

void InMemoryEdgeLeases::Renew(std::string_view edge_id, absl::Time deadline, RenewCallback done) {
  if (absl::Status status = Check(edge_id, deadline); !status.ok()) return done(std::move(status));
  RenewResult result;
  {
    absl::MutexLock lock(&mutex_);
    DropExpired();
    result.was_declared_dead = tombstones_.erase(ToAbsl(edge_id)) > 0;
    leases_[ToAbsl(edge_id)] = clock_.Now() + lease_duration_;
    known_[ToAbsl(edge_id)] = clock_.Now() + kEdgeKnownDuration;
  }
  done(result);
}

void InMemoryEdgeLeases::FindMissing(absl::Span<const std::string> edge_ids, absl::Time deadline,
                                     FindMissingCallback done) {
  for (const std::string& edge_id : edge_ids) {
    if (absl::Status status = Check(edge_id, deadline); !status.ok()) {
      return done(std::move(status));
    }
  }
  std::vector<std::string> missing;
  {
    absl::MutexLock lock(&mutex_);
    DropExpired();
    for (const std::string& edge_id : edge_ids) {
      if (known_.contains(edge_id) && !leases_.contains(edge_id)) missing.push_back(edge_id);
    }
  }
  done(std::move(missing));
}

void InMemoryEdgeLeases::DeclareDead(std::string_view edge_id, absl::Time deadline,
                                     DeclareDeadCallback done) {
  if (absl::Status status = Check(edge_id, deadline); !status.ok()) return done(std::move(status));
  {
    absl::MutexLock lock(&mutex_);
    DropExpired();
    leases_.erase(ToAbsl(edge_id));
    tombstones_[ToAbsl(edge_id)] = clock_.Now() + kEdgeTombstoneDuration;
  }
  done(absl::OkStatus());
}

absl::Status InMemoryEdgeLeases::Check(std::string_view edge_id, absl::Time deadline) const {
  if (deadline <= clock_.Now()) return absl::UnavailableError("the deadline has passed");
  return CheckEdgeId(edge_id);
}

void InMemoryEdgeLeases::DropExpired() {
  const auto is_expired = [now = clock_.Now()](const auto& each) { return each.second <= now; };
  absl::erase_if(leases_, is_expired);
  absl::erase_if(known_, is_expired);
  absl::erase_if(tombstones_, is_expired);
}

}  // namespace caucus::polls
