// How long a call may take.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_CALL_DEADLINE_H_
#define POLLS_SERVICE_API_CALL_DEADLINE_H_

#include <grpcpp/server_context.h>

#include <algorithm>
#include <chrono>

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace caucus::polls {

// No call takes longer, whatever its caller allows.
inline constexpr absl::Duration kCallTimeoutMax = absl::Seconds(10);

// Returns when the call must be over, by `clock`.
inline absl::Time DeadlineOf(const grpc::ServerContext& context, const Clock& clock) {
  const absl::Duration allowed =
      absl::FromChrono(context.deadline()) - absl::FromChrono(std::chrono::system_clock::now());
  return clock.Now() + std::min(allowed, kCallTimeoutMax);
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_CALL_DEADLINE_H_
