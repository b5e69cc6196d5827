// What a caller is told when something fails.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_API_API_ERROR_H_
#define POLLS_SERVICE_API_API_ERROR_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace caucus::polls {

// Returns `status` as an answer to a caller: with a google.rpc.ErrorInfo of domain `polls.caucus`
// whatever it is, and without internal text. Errors that are our own fault are logged.
grpc::Status ToAnswer(const absl::Status& status);

// Returns the error for a call whose token could not be issued: never the caller's fault.
absl::Status IssueError(const absl::Status& status);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_API_ERROR_H_
