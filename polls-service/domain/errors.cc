#include "polls-service/domain/errors.h"

#include "common/status/error_details.h"

namespace caucus::polls {

absl::Status PollError(absl::StatusCode code, std::string_view message, std::string_view reason) {
  return ErrorWithReason(code, message, {.domain = "polls.caucus", .reason = reason});
}

absl::Status PollNotFoundError() {
  return PollError(absl::StatusCode::kNotFound, "Poll not found", "POLL_NOT_FOUND");
}

absl::Status RemovedFromPollError() {
  return PollError(absl::StatusCode::kPermissionDenied, "Removed from the poll by its admin",
                   "REMOVED_FROM_POLL");
}

absl::Status AdminRequiredError() {
  return PollError(absl::StatusCode::kPermissionDenied, "Admin privileges required",
                   "ADMIN_REQUIRED");
}

bool IsIdTaken(const absl::Status& status) { return ReasonOf(status) == "ID_TAKEN"; }

}  // namespace caucus::polls
