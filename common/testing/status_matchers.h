// gMock matchers for absl::Status and absl::StatusOr, which Debian's abseil lacks.
//
//     EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument));
//     ASSERT_OK_AND_ASSIGN(Packet packet, Parse("4hello"));

#ifndef COMMON_TESTING_STATUS_MATCHERS_H_
#define COMMON_TESTING_STATUS_MATCHERS_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/status_macros.h"

namespace caucus {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).ok();
}

MATCHER_P(StatusIs, code, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code;
}

MATCHER_P2(StatusIs, code, message_matcher, "") {
  *result_listener << StatusOf(arg);
  return StatusOf(arg).code() == code &&
         testing::ExplainMatchResult(message_matcher, std::string(StatusOf(arg).message()),
                                     result_listener);
}

}  // namespace caucus

#define ASSERT_OK(expression) ASSERT_THAT((expression), ::caucus::IsOk())
#define EXPECT_OK(expression) EXPECT_THAT((expression), ::caucus::IsOk())
#define ASSERT_OK_AND_ASSIGN(declaration, expression) \
  CAUCUS_ASSERT_OK_AND_ASSIGN(CAUCUS_CONCAT(caucus_result_, __LINE__), declaration, expression)
#define CAUCUS_ASSERT_OK_AND_ASSIGN(variable, declaration, expression) \
  auto variable = (expression);                                        \
  ASSERT_THAT(variable, ::caucus::IsOk());                             \
  declaration = *std::move(variable)

#endif  // COMMON_TESTING_STATUS_MATCHERS_H_
