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

// Returns the least time between two messages with news of a poll of so many people, no less than
// `base`. What a message costs all of them together grows with their number, in kSnapshot with its
// square: people come to see news later, and not the more of it the more they are.
//   kDelta     3 ms for each person above 100, but so that everybody knows within a second: a tenth
//              of it is for the commit (LogInterval), 40 us for each person, and no more than 0.4
//              s, for the edges to write to all.
//   kSnapshot  0.25 ms for each.
inline absl::Duration WatchInterval(WatchMode mode, size_t people, absl::Duration base) {
  const auto count = static_cast<double>(people);
  if (mode == WatchMode::kSnapshot) return std::max(base, absl::Microseconds(250) * count);
  const absl::Duration time_to_write =
      std::min(absl::Microseconds(40) * count, absl::Milliseconds(400));
  return std::max(base, std::min(absl::Milliseconds(3) * (count - 100),
                                 absl::Milliseconds(900) - time_to_write));
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_WATCH_INTERVAL_H_
