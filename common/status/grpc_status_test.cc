#include "common/status/grpc_status.h"

#include <gtest/gtest.h>

#include "common/status/error_details.h"

namespace caucus {
namespace {

TEST(GrpcStatusTest, KeepsCodeMessageAndDetailsOverARoundTrip) {
  const absl::Status status =
      ErrorWithReason(absl::StatusCode::kFailedPrecondition, "Voting is over",
                      {.domain = "polls.caucus", .reason = "WRONG_STATE"});
  const absl::Status returned = FromGrpcStatus(ToGrpcStatus(status));
  EXPECT_EQ(returned.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(returned.message(), "Voting is over");
  EXPECT_EQ(ReasonOf(returned), "WRONG_STATE");
}

TEST(GrpcStatusTest, KeepsEveryViolation) {
  const std::vector<FieldViolation> violations = {{"topic", "topic must be a string"},
                                                  {"name", "name must be a string"}};
  const absl::Status returned = FromGrpcStatus(ToGrpcStatus(BadRequestError(violations)));
  EXPECT_EQ(returned.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ViolationsOf(returned), violations);
  EXPECT_EQ(ReasonOf(returned), std::nullopt);
}

TEST(GrpcStatusTest, KeepsTheCodeWhenDetailsAreGarbage) {
  const absl::Status returned =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::NOT_FOUND, "no", "\xff\xff"));
  EXPECT_EQ(returned.code(), absl::StatusCode::kNotFound);
}

TEST(GrpcStatusTest, KeepsAllAsAMessageToo) {
  const absl::Status status =
      ErrorWithReason(absl::StatusCode::kFailedPrecondition, "Voting is over",
                      {.domain = "polls.caucus", .reason = "WRONG_STATE"});
  EXPECT_EQ(FromRpcStatus(ToRpcStatus(status)), status);
  EXPECT_TRUE(FromRpcStatus(ToRpcStatus(absl::OkStatus())).ok());
}

TEST(GrpcStatusTest, OkIsOk) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

}  // namespace
}  // namespace caucus
