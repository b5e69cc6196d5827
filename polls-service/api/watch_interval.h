// How often a watcher is written to.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_WATCH_INTERVAL_H_
#define POLLS_SERVICE_API_WATCH_INTERVAL_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"

namespace caucus::polls {

enum class WatchMode { kSnapshot, kDelta };

// Returns the least time between two messages with news of a poll of so many people: 0.25 ms for
// each, in kDelta no more than 250 ms, and no less than `base`. What a message costs all of them
// together grows with their number, in kSnapshot with its square: people come to see news later,
// and not the more of it the more they are. So 1,000 people cost four messages a second each.
inline absl::Duration WatchInterval(WatchMode mode, size_t people, absl::Duration base) {
  const absl::Duration wanted = absl::Microseconds(250) * static_cast<double>(people);
  if (mode == WatchMode::kSnapshot) return std::max(base, wanted);
  return std::max(base, std::min(wanted, absl::Milliseconds(250)));
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_WATCH_INTERVAL_H_
