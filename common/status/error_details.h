// Errors with machine-readable details: an absl::Status whose payloads are google.rpc messages.
//
// Each payload lies under its type URL ("type.googleapis.com/google.rpc.ErrorInfo"), so that a
// conversion to and from gRPC's status details loses nothing (see grpc_status.h).
//
// Thread-safe: free functions without state.

#ifndef COMMON_STATUS_ERROR_DETAILS_H_
#define COMMON_STATUS_ERROR_DETAILS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace caucus {

// One wrong field of a request. `field` is its path in JSON names, `description` is for a person.
struct FieldViolation {
  std::string field;
  std::string description;

  friend bool operator==(const FieldViolation&, const FieldViolation&) = default;
};

// Who defines a reason, and the reason itself: UPPER_SNAKE_CASE, at most 63 characters.
struct ErrorReason {
  std::string_view domain;
  std::string_view reason;
};

// Returns an error with google.rpc.ErrorInfo. REQUIRES: `code` is not kOk.
absl::Status ErrorWithReason(absl::StatusCode code, std::string_view message, ErrorReason reason);

// Returns kInvalidArgument with google.rpc.BadRequest. REQUIRES: `violations` is not empty.
absl::Status BadRequestError(const std::vector<FieldViolation>& violations);

// Returns `status`, which is not OK, with google.rpc.RetryInfo: try again after `delay`, not
// before.
absl::Status WithRetryDelay(absl::Status status, absl::Duration delay);

// Returns the violations of a google.rpc.BadRequest payload; empty if there is none.
std::vector<FieldViolation> ViolationsOf(const absl::Status& status);

// Returns the reason of a google.rpc.ErrorInfo payload.
std::optional<std::string> ReasonOf(const absl::Status& status);

}  // namespace caucus

#endif  // COMMON_STATUS_ERROR_DETAILS_H_
