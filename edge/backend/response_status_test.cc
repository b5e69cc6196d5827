#include "edge/backend/response_status.h"

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "common/status/error_details.h"
#include "common/status/grpc_status.h"
#include "common/testing/status_matchers.h"

namespace caucus::edge::backend {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string_view>>;

absl::Status StatusOf(const Headers& headers) {
  ResponseStatus status;
  for (const auto& [name, value] : headers) status.OnHeader(name, value);
  return status.Get();
}

TEST(ResponseStatusTest, IsWhatTheTrailersSay) {
  EXPECT_OK(StatusOf({{":status", "200"}, {"grpc-status", "0"}}));
  EXPECT_THAT(
      StatusOf({{":status", "200"}, {"grpc-status", "5"}, {"grpc-message", "No such room"}}),
      StatusIs(absl::StatusCode::kNotFound, "No such room"));
}

TEST(ResponseStatusTest, DecodesTheMessage) {
  EXPECT_EQ(StatusOf({{"grpc-status", "5"}, {"grpc-message", "%C3%a4 100% %zz%4"}}).message(),
            "\xC3\xA4 100% %zz%4");
}

TEST(ResponseStatusTest, KeepsTheDetails) {
  const absl::Status error =
      ErrorWithReason(absl::StatusCode::kFailedPrecondition, "The room is closed",
                      {.domain = "chat.example", .reason = "ROOM_CLOSED"});
  std::string base64 = absl::Base64Escape(ToGrpcStatus(error).error_details());
  EXPECT_EQ(ReasonOf(StatusOf({{"grpc-status", "9"}, {"grpc-status-details-bin", base64}})),
            "ROOM_CLOSED");
  while (base64.ends_with('=')) base64.pop_back();
  EXPECT_EQ(ReasonOf(StatusOf({{"grpc-status", "9"}, {"grpc-status-details-bin", base64}})),
            "ROOM_CLOSED");
}

TEST(ResponseStatusTest, IgnoresDetailsThatAreNone) {
  EXPECT_THAT(
      StatusOf({{"grpc-status", "9"}, {"grpc-message", "m"}, {"grpc-status-details-bin", "!"}}),
      StatusIs(absl::StatusCode::kFailedPrecondition, "m"));
}

TEST(ResponseStatusTest, TakesUnknownCodesForUnknown) {
  EXPECT_THAT(StatusOf({{"grpc-status", "17"}}), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(StatusOf({{"grpc-status", "-1"}}), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(StatusOf({{"grpc-status", "x"}}), StatusIs(absl::StatusCode::kUnknown));
}

TEST(ResponseStatusTest, MapsHttpStatusesOfWhatIsNoGrpcService) {
  EXPECT_THAT(StatusOf({{":status", "200"}}), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(StatusOf({{":status", "401"}}), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(StatusOf({{":status", "404"}}), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(StatusOf({{":status", "503"}}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StatusOf({}), StatusIs(absl::StatusCode::kUnknown));
}

TEST(ResponseStatusTest, MapsResets) {
  EXPECT_THAT(StatusOfReset(NGHTTP2_REFUSED_STREAM), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StatusOfReset(NGHTTP2_CANCEL), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(StatusOfReset(NGHTTP2_INTERNAL_ERROR), StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace caucus::edge::backend
