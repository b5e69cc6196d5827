// Errors that both the rules and the callers of the rules return.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_DOMAIN_ERRORS_H_
#define POLLS_SERVICE_DOMAIN_ERRORS_H_

#include <string_view>

#include "absl/status/status.h"

namespace caucus::polls {

// Returns an error with google.rpc.ErrorInfo of domain `polls.caucus`.
absl::Status PollError(absl::StatusCode code, std::string_view message, std::string_view reason);

// kNotFound, POLL_NOT_FOUND: there is no such poll, or it was cancelled or expired.
absl::Status PollNotFoundError();

// kPermissionDenied, REMOVED_FROM_POLL: the admin removed the caller.
absl::Status RemovedFromPollError();

// kPermissionDenied, ADMIN_REQUIRED: only the admin may.
absl::Status AdminRequiredError();

// Whether `status` says that an id is in use (ID_TAKEN): draw another.
bool IsIdTaken(const absl::Status& status);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_ERRORS_H_
