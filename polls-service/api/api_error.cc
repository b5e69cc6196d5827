#include "polls-service/api/api_error.h"

#include <string>
#include <string_view>

#include "absl/strings/cord.h"
#include "common/logging/logging.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/text/absl_view.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {
namespace {

std::string_view DefaultReason(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return "INVALID_REQUEST";
    case absl::StatusCode::kUnavailable:
      return "TRY_AGAIN";
    case absl::StatusCode::kDeadlineExceeded:
      return "DEADLINE_EXCEEDED";
    case absl::StatusCode::kCancelled:
      return "CANCELLED";
    case absl::StatusCode::kResourceExhausted:
      return "LIMIT_REACHED";
    default:
      return "INTERNAL";
  }
}

absl::Status WithReason(const absl::Status& status) {
  absl::Status answer =
      PollError(status.code(), FromAbsl(status.message()), DefaultReason(status.code()));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& payload) {
    answer.SetPayload(type_url, payload);
  });
  return answer;
}

}  // namespace

grpc::Status ToAnswer(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (ReasonOf(status).has_value()) return ToGrpcStatus(status);
  const absl::Status answer = WithReason(status);
  if (ReasonOf(answer) != "INTERNAL") return ToGrpcStatus(answer);
  Log(Severity::kError, "call failed", {{"error", status.ToString()}});
  return ToGrpcStatus(PollError(absl::StatusCode::kInternal, "Internal error", "INTERNAL"));
}

absl::Status IssueError(const absl::Status& status) {
  if (absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status)) {
    return PollError(absl::StatusCode::kUnavailable, "No token can be issued now", "TRY_AGAIN");
  }
  Log(Severity::kError, "no token was issued", {{"error", status.ToString()}});
  return PollError(absl::StatusCode::kInternal, "Internal error", "INTERNAL");
}

}  // namespace caucus::polls
