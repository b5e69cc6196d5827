// Judges from observed leases which edges are dead.
//
// An edge that dies is found out in less than 30 s:
//
//     12 s  its last lease ends (kEdgeLeaseDuration)
//      3 s  until the next observation, one every 2 s, is answered within its 1 s
//      8 s  grace
//      3 s  until the first observation after the grace is answered
//     ----
//     26 s  and 4 s are left for declaring it dead and removing its people.
//
// Failed observations, and restarts of the watching process, begin the grace anew: then it takes
// longer, but nobody who is still connected is removed.

#ifndef POLLS_SERVICE_LEASES_EDGE_LEASE_WATCH_H_
#define POLLS_SERVICE_LEASES_EDGE_LEASE_WATCH_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/time/clock.h"

namespace caucus::polls {

// An edge is dead once its lease was missing in every observation over the grace, all of which
// succeeded and followed each other without a long gap. The grace is longer than the interval of
// renewals, so that after Redis was restarted and lost all leases, every living edge has renewed.
//
// Thread-compatible. Outlived by `clock`.
class EdgeLeaseWatch {
 public:
  struct Options {
    absl::Duration grace = absl::Seconds(8);
    // Two observations further apart are not continuous: the process was stopped, say.
    absl::Duration observation_gap_max = absl::Seconds(4);
  };

  // How often leases are to be observed, and how long one observation may take.
  static constexpr absl::Duration kObservationInterval = absl::Seconds(2);
  static constexpr absl::Duration kObservationTimeout = absl::Seconds(1);

  explicit EdgeLeaseWatch(const Clock& clock) : EdgeLeaseWatch(clock, Options()) {}
  EdgeLeaseWatch(const Clock& clock, const Options& options) : clock_(clock), options_(options) {}

  // Sets the edges to watch: those through which somebody is present. What is known of the others
  // is forgotten; a new one's grace begins with its first missing lease.
  void SetInterest(absl::Span<const std::string> edge_ids);

  // Returns the edges to ask the leases of, in no order.
  std::vector<std::string> Interest() const;

  // Takes an observation that has just succeeded: of those asked for, `missing` have no lease.
  // Returns the edges of interest that are dead now, in no order; also those returned before.
  std::vector<std::string> Observe(absl::Span<const std::string> missing);

  // Takes an observation that has failed.
  void ObserveFailure();

 private:
  static constexpr absl::Time kNotMissing = absl::InfiniteFuture();

  void BeginAnew();

  const Clock& clock_;
  const Options options_;
  absl::flat_hash_map<std::string, absl::Time> missing_since_;  // Every edge of interest.
  absl::Time last_observation_ = absl::InfinitePast();          // That succeeded.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_EDGE_LEASE_WATCH_H_
