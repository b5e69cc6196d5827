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
//   kDelta     1.5 ms for each person above 20, no more than 500 ms.
//   kSnapshot  0.25 ms for each.
inline absl::Duration WatchInterval(WatchMode mode, size_t people, absl::Duration base) {
  const auto count = static_cast<double>(people);
  const absl::Duration wanted =
      mode == WatchMode::kSnapshot
          ? absl::Microseconds(250) * count
          : std::min(absl::Microseconds(1'500) * (count - 20), absl::Milliseconds(500));
  return std::max(base, wanted);
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_WATCH_INTERVAL_H_
