// Errors of the actors' own, beside those of the domain.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_ACTOR_ACTOR_ERRORS_H_
#define POLLS_SERVICE_ACTOR_ACTOR_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {

// kUnavailable, STORE_UNAVAILABLE: nothing was stored.
inline absl::Status StoreUnavailableError() {
  return PollError(absl::StatusCode::kUnavailable, "The store does not answer; try again",
                   "STORE_UNAVAILABLE");
}

// kUnavailable, OUTCOME_UNKNOWN: perhaps stored.
inline absl::Status OutcomeUnknownError() {
  return PollError(absl::StatusCode::kUnavailable,
                   "The store does not answer: the outcome is unknown", "OUTCOME_UNKNOWN");
}

// kUnavailable, DRAINING: this process stops; another serves.
inline absl::Status DrainingError() {
  return PollError(absl::StatusCode::kUnavailable, "The server is stopping", "DRAINING");
}

// kResourceExhausted, LIMIT_REACHED.
inline absl::Status OverloadedError() {
  return PollError(absl::StatusCode::kResourceExhausted, "Too many requests are waiting",
                   "LIMIT_REACHED");
}

// kInvalidArgument, REQUEST_ID_REUSED.
inline absl::Status RequestIdReusedError() {
  return PollError(absl::StatusCode::kInvalidArgument,
                   "The request_id belongs to another request of yours; draw a new one",
                   "REQUEST_ID_REUSED");
}

// kInternal: the log holds what is no poll.
inline absl::Status DamagedLogError() { return absl::InternalError("The poll's log is damaged"); }

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_ACTOR_ERRORS_H_
