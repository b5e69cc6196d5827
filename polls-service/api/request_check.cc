#include "polls-service/api/request_check.h"

#include <cstddef>
#include <string>
#include <vector>

#include "common/status/error_details.h"
#include "common/text/unicode.h"
#include "common/validation/validate.h"

namespace caucus::polls {
namespace {

constexpr size_t kConnectionIdLengthMax = 64;

void CheckLength(const std::string& field, const std::string& id,
                 std::vector<FieldViolation>& violations) {
  if (CountCodePoints(id) <= kConnectionIdLengthMax) return;
  violations.push_back({field, field + " must be shorter than or equal to 64 characters"});
}

absl::Status ToStatus(const std::vector<FieldViolation>& violations) {
  return violations.empty() ? absl::OkStatus() : BadRequestError(violations);
}

}  // namespace

absl::Status CheckRequest(const google::protobuf::Message& request) {
  return ToStatus(Validate(request));
}

absl::Status CheckRequest(const v1::AddParticipantRequest& request) {
  std::vector<FieldViolation> violations = Validate(request);
  CheckLength("connectionID", request.connection_id(), violations);
  CheckLength("edgeID", request.edge_id(), violations);
  if (!request.updates().empty() && request.updates() != "deltas") {
    violations.push_back({"updates", "updates must be one of the following values: deltas"});
  }
  return ToStatus(violations);
}

absl::Status CheckRequest(const v1::LeavePollRequest& request) {
  std::vector<FieldViolation> violations = Validate(request);
  CheckLength("connectionID", request.connection_id(), violations);
  return ToStatus(violations);
}

}  // namespace caucus::polls
