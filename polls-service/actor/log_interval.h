// How often the log of a poll is used.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_ACTOR_LOG_INTERVAL_H_
#define POLLS_SERVICE_ACTOR_LOG_INTERVAL_H_

#include <algorithm>
#include <cstddef>

#include "absl/time/time.h"

namespace caucus::polls {

// Returns the least time between the beginnings of two operations on the log of a poll of so many
// people: 0.04 ms for each, at most 50 ms; zero in a small poll. What is asked meanwhile goes
// together: an operation costs much more than a command does (Redis, its disk, five threads woken).
// A command that comes alone never waits, and if everybody asks at once, again and again, 25,000
// commands a second are taken from any number of people.
inline absl::Duration LogInterval(size_t people) {
  const absl::Duration wanted = absl::Microseconds(40) * static_cast<double>(people);
  if (wanted < absl::Milliseconds(2)) return absl::ZeroDuration();
  return std::min(wanted, absl::Milliseconds(50));
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_LOG_INTERVAL_H_
