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
// people: 0.25 ms for each and no more than 80 ms, from 1,000 people on less again, as more ask in
// a shorter time; zero in a small poll. What is asked meanwhile goes together: an operation costs
// much more than a command does (Redis, its disk, five threads woken). A command that comes alone
// never waits; one that nobody joins while it waits does so ever less often (WaitWorth).
inline absl::Duration LogInterval(size_t people) {
  const auto count = static_cast<double>(people);
  if (people < 50) return absl::ZeroDuration();
  return std::min(
      {absl::Microseconds(250) * count, absl::Milliseconds(80), absl::Seconds(80) / count});
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_LOG_INTERVAL_H_
