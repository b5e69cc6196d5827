// Finds out which edges have died, and closes the connections that they held.

#ifndef POLLS_SERVICE_ACTOR_EDGE_REAPER_H_
#define POLLS_SERVICE_ACTOR_EDGE_REAPER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/time/clock.h"
#include "polls-service/leases/edge_lease_watch.h"
#include "polls-service/leases/edge_leases.h"

namespace caucus::polls {

// The ids of the edges through which people are present in one poll.
struct PollEdges {
  std::string poll_id;
  std::shared_ptr<const std::vector<std::string>> edge_ids;
};

// One observation asks for the leases of all edges of all polls at once. A dead edge's connections
// are closed first and then it is declared dead, once: whoever connects through it after it has
// learned of that stays.
//
// Thread-safe. Outlived by everything that it is given, outlives its observations.
class EdgeReaper {
 public:
  // More edges than so many are not looked after: only made up ids can be so many.
  static constexpr size_t kEdgesMax = 4'096;

  // Closes the connections in a poll; called back with whether that is done.
  using CloseConnections =
      std::function<void(const std::string& poll_id, std::vector<std::string> edge_ids,
                         std::function<void(const absl::Status&)> done)>;

  EdgeReaper(EdgeLeases& leases, const Clock& clock, CloseConnections close)
      : leases_(leases), clock_(clock), close_(std::move(close)), watch_(clock) {}

  // Looks after the edges of `polls`. `done` is called once, when all is done; at once if the last
  // observation is not.
  void Observe(std::vector<PollEdges> polls, std::function<void()> done);

 private:
  struct Observation;
  using Observed = std::shared_ptr<Observation>;

  void Take(const Observed& observed, const absl::StatusOr<std::vector<std::string>>& missing);
  void Close(const Observed& observed);
  void OnClosed(const Observed& observed, const absl::Status& status);
  void Declare(const Observed& observed);

  EdgeLeases& leases_;
  const Clock& clock_;
  const CloseConnections close_;

  absl::Mutex mutex_;
  bool is_under_way_ ABSL_GUARDED_BY(mutex_) = false;
  EdgeLeaseWatch watch_ ABSL_GUARDED_BY(mutex_);
  // Dead, of whom closing is done, and who have not been seen alive since.
  absl::flat_hash_set<std::string> declared_ ABSL_GUARDED_BY(mutex_);
  // To be declared: it failed.
  absl::flat_hash_set<std::string> undeclared_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_EDGE_REAPER_H_
