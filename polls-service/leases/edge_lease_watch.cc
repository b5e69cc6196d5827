#include "polls-service/leases/edge_lease_watch.h"

#include <utility>

#include "absl/container/flat_hash_set.h"

namespace caucus::polls {

void EdgeLeaseWatch::SetInterest(absl::Span<const std::string> edge_ids) {
  absl::flat_hash_map<std::string, absl::Time> missing_since;
  for (const std::string& edge_id : edge_ids) {
    const auto known = missing_since_.find(edge_id);
    missing_since.emplace(edge_id, known == missing_since_.end() ? kNotMissing : known->second);
  }
  missing_since_ = std::move(missing_since);
}

std::vector<std::string> EdgeLeaseWatch::Interest() const {
  std::vector<std::string> edge_ids;
  edge_ids.reserve(missing_since_.size());
  for (const auto& [edge_id, since] : missing_since_) edge_ids.push_back(edge_id);
  return edge_ids;
}

std::vector<std::string> EdgeLeaseWatch::Observe(absl::Span<const std::string> missing) {
  const absl::Time now = clock_.Now();
  // A clock that was set back has measured nothing either.
  if (now < last_observation_ || now - last_observation_ > options_.observation_gap_max) {
    BeginAnew();
  }
  last_observation_ = now;
  const absl::flat_hash_set<std::string> is_missing(missing.begin(), missing.end());
  std::vector<std::string> dead;
  for (auto& [edge_id, since] : missing_since_) {
    if (!is_missing.contains(edge_id)) {
      since = kNotMissing;
    } else if (since == kNotMissing) {
      since = now;
    } else if (now - since >= options_.grace) {
      dead.push_back(edge_id);
    }
  }
  return dead;
}

void EdgeLeaseWatch::ObserveFailure() { BeginAnew(); }

void EdgeLeaseWatch::BeginAnew() {
  for (auto& [edge_id, since] : missing_since_) since = kNotMissing;
}

}  // namespace caucus::polls
