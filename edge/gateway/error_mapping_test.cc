#include "edge/gateway/error_mapping.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/status/error_details.h"
#include "common/testing/golden.h"

namespace caucus::edge::gateway {
namespace {

void AppendError(std::string_view name, const absl::Status& error, std::string& table) {
  table.append(name).append("\n  event          ").append(ExceptionJson(error));
  table.append("\n  ack            ").append(AckErrorJson(error));
  table.append("\n  connect_error  ").append(ConnectErrorJson(error));
  table.append("\n  HTTP ").append(std::to_string(HttpStatusOf(error.code()))).append("       ");
  table.append(HttpErrorJson(error)).append("\n\n");
}

TEST(ErrorMappingTest, IsTheGoldenTable) {
  std::string table;
  for (int code = 1; code <= 16; ++code) {
    const absl::Status error(static_cast<absl::StatusCode>(code), "the service's message");
    AppendError(std::to_string(code) + " " + absl::StatusCodeToString(error.code()), error, table);
  }
  AppendError("a code that gRPC may yet get",
              absl::Status(static_cast<absl::StatusCode>(99), "the service's message"), table);
  AppendError("with violations",
              BadRequestError({{"topic", "topic must be a string"},
                               {"seats", "seats must not be less than 1"}}),
              table);
  AppendError("with a reason",
              ErrorWithReason(absl::StatusCode::kFailedPrecondition, "The room is closed",
                              {.domain = "chat.example", .reason = "ROOM_CLOSED"}),
              table);
  AppendError("with a reason, but of the inside",
              ErrorWithReason(absl::StatusCode::kInternal, "at 10.0.0.1:6379",
                              {.domain = "chat.example", .reason = "BROKEN"}),
              table);
  AppendError("with a message that JSON must quote", absl::NotFoundError("No \"tea\"\n\\ \xC3\xA9"),
              table);
  AppendError("without a message", absl::NotFoundError(""), table);
  table.append("HTTP's own      ").append(HttpErrorJson(404, "Cannot GET /x")).append("\n");
  ExpectGolden("edge/gateway/testdata/errors.golden", table);
}

TEST(ErrorMappingTest, ShowsNothingOfTheInside) {
  for (int code = 1; code <= 16; ++code) {
    const absl::Status error(static_cast<absl::StatusCode>(code), "10.0.0.1");
    const std::string_view type = ExceptionTypeOf(error.code());
    if (type != "Unknown" && type != "Unavailable") continue;
    for (const std::string& json : {ExceptionJson(error), AckErrorJson(error),
                                    ConnectErrorJson(error), HttpErrorJson(error)}) {
      EXPECT_EQ(json.find("10.0.0.1"), std::string::npos) << json;
    }
  }
}

TEST(ErrorMappingTest, TakesOkForAnErrorOfOurs) {
  EXPECT_EQ(ExceptionTypeOf(absl::StatusCode::kOk), "Unknown");
  EXPECT_EQ(HttpStatusOf(absl::StatusCode::kOk), 500u);
}

}  // namespace
}  // namespace caucus::edge::gateway
