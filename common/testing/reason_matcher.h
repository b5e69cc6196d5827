// A gMock matcher for errors with a machine-readable reason.
//
//     EXPECT_THAT(Close(ann), FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));

#ifndef COMMON_TESTING_REASON_MATCHER_H_
#define COMMON_TESTING_REASON_MATCHER_H_

#include <gmock/gmock.h>

#include "absl/status/status.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"

namespace caucus {

// Matches an absl::Status or absl::StatusOr by its code and the reason of its google.rpc.ErrorInfo.
MATCHER_P2(FailsWith, code, reason, "") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status << ", reason " << ReasonOf(status).value_or("none");
  return status.code() == code && ReasonOf(status) == reason;
}

}  // namespace caucus

#endif  // COMMON_TESTING_REASON_MATCHER_H_
