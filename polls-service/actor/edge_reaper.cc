#include "polls-service/actor/edge_reaper.h"

#include <atomic>
#include <utility>

namespace caucus::polls {

// Steps follow each other, so only `left` and `closing_failed` are touched by several threads.
struct EdgeReaper::Observation {
  // Of one poll, those that died.
  struct Closing {
    std::string poll_id;
    std::vector<std::string> edge_ids;
  };

  std::vector<PollEdges> polls;
  std::vector<std::string> dead;
  std::function<void()> done;
  std::vector<Closing> closings;
  std::atomic<size_t> left = 0;
  std::atomic<bool> closing_failed = false;
};

void EdgeReaper::Observe(std::vector<PollEdges> polls, std::function<void()> done) {
  std::vector<std::string> edge_ids;
  {
    absl::MutexLock lock(&mutex_);
    if (!is_under_way_) {
      absl::flat_hash_set<std::string> present = undeclared_;
      for (const PollEdges& poll : polls) {
        if (present.size() >= kEdgesMax) break;
        present.insert(poll.edge_ids->begin(), poll.edge_ids->end());
      }
      edge_ids.assign(present.begin(), present.end());
      watch_.SetInterest(edge_ids);
      absl::erase_if(declared_, [&](const std::string& id) { return !present.contains(id); });
      is_under_way_ = !edge_ids.empty();
    }
  }
  if (edge_ids.empty()) return done();
  auto observed = std::make_shared<Observation>();
  observed->polls = std::move(polls);
  observed->done = std::move(done);
  leases_.FindMissing(edge_ids, clock_.Now() + EdgeLeaseWatch::kObservationTimeout,
                      [this, observed](const auto& missing) { Take(observed, missing); });
}

void EdgeReaper::Take(const Observed& observed,
                      const absl::StatusOr<std::vector<std::string>>& missing) {
  {
    absl::MutexLock lock(&mutex_);
    if (missing.ok()) {
      observed->dead = watch_.Observe(*missing);
      const absl::flat_hash_set<std::string> dead(observed->dead.begin(), observed->dead.end());
      const auto is_alive = [&](const std::string& id) { return !dead.contains(id); };
      absl::erase_if(declared_, is_alive);
      absl::erase_if(undeclared_, is_alive);
    } else {
      watch_.ObserveFailure();
    }
  }
  Close(observed);
}

void EdgeReaper::Close(const Observed& observed) {
  const absl::flat_hash_set<std::string> dead(observed->dead.begin(), observed->dead.end());
  for (const PollEdges& poll : observed->polls) {
    std::vector<std::string> edge_ids;
    for (const std::string& edge_id : *poll.edge_ids) {
      if (dead.contains(edge_id)) edge_ids.push_back(edge_id);
    }
    if (!edge_ids.empty()) observed->closings.push_back({poll.poll_id, std::move(edge_ids)});
  }
  // One more, so that none of them is the last before all have begun.
  observed->left = observed->closings.size() + 1;
  for (Observation::Closing& closing : observed->closings) {
    close_(closing.poll_id, std::move(closing.edge_ids),
           [this, observed](const absl::Status& status) { OnClosed(observed, status); });
  }
  OnClosed(observed, absl::OkStatus());
}

void EdgeReaper::OnClosed(const Observed& observed, const absl::Status& status) {
  // A poll that is gone has no connections.
  if (!status.ok() && !absl::IsNotFound(status)) observed->closing_failed = true;
  if (--observed->left == 0) Declare(observed);
}

void EdgeReaper::Declare(const Observed& observed) {
  std::vector<std::string> edge_ids;
  {
    absl::MutexLock lock(&mutex_);
    for (const std::string& edge_id : observed->dead) {
      if (observed->closing_failed || declared_.contains(edge_id)) continue;
      edge_ids.push_back(edge_id);
      undeclared_.insert(edge_id);
    }
  }
  const auto finish = [this, observed] {
    if (--observed->left > 0) return;
    {
      absl::MutexLock lock(&mutex_);
      is_under_way_ = false;
    }
    observed->done();
  };
  observed->left = edge_ids.size() + 1;
  for (const std::string& edge_id : edge_ids) {
    leases_.DeclareDead(edge_id, clock_.Now() + EdgeLeaseWatch::kObservationTimeout,
                        [this, edge_id, finish](const absl::Status& status) {
                          if (status.ok()) {
                            absl::MutexLock lock(&mutex_);
                            undeclared_.erase(edge_id);
                            declared_.insert(edge_id);
                          }
                          finish();
                        });
  }
  finish();
}

}  // namespace caucus::polls
