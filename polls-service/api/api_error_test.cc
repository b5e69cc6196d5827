#include "polls-service/api/api_error.h"

#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;

absl::Status Answer(const absl::Status& status) { return FromGrpcStatus(ToAnswer(status)); }

TEST(ApiErrorTest, PassesReasonsOn) {
  EXPECT_EQ(Answer(PollNotFoundError()), PollNotFoundError());
  EXPECT_OK(Answer(absl::OkStatus()));
}

TEST(ApiErrorTest, AddsAReasonBesideTheFieldViolations) {
  const std::vector<FieldViolation> violations = {{"text", "text must be a string"}};
  const absl::Status answer = Answer(BadRequestError(violations));
  EXPECT_THAT(answer, StatusIs(StatusCode::kInvalidArgument));
  EXPECT_EQ(ViolationsOf(answer), violations);
  EXPECT_EQ(ReasonOf(answer), "INVALID_REQUEST");
}

TEST(ApiErrorTest, KeepsTheCodesThatTellTheCallerToTryAgain) {
  EXPECT_EQ(ReasonOf(Answer(absl::UnavailableError("no connection"))), "TRY_AGAIN");
  EXPECT_EQ(ReasonOf(Answer(absl::DeadlineExceededError("late"))), "DEADLINE_EXCEEDED");
  EXPECT_EQ(ReasonOf(Answer(absl::ResourceExhaustedError("full"))), "LIMIT_REACHED");
}

TEST(ApiErrorTest, ShowsNoInternalText) {
  for (const absl::Status& status : {absl::DataLossError("secret"), absl::InternalError("secret"),
                                     absl::UnknownError("secret"), absl::AbortedError("secret")}) {
    EXPECT_EQ(Answer(status), PollError(StatusCode::kInternal, "Internal error", "INTERNAL"));
  }
}

TEST(ApiErrorTest, NeverBlamesTheCallerForATokenThatIsNotIssued) {
  EXPECT_THAT(IssueError(absl::UnauthenticatedError("wrong service key")),
              StatusIs(StatusCode::kInternal, "Internal error"));
  EXPECT_THAT(IssueError(absl::DeadlineExceededError("")), StatusIs(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace caucus::polls
