#include "tests/load/http_answer.h"

#include <gtest/gtest.h>

#include <optional>
#include <string_view>

namespace caucus::load {
namespace {

constexpr std::string_view kAnswer =
    "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\ncontent-Length: 2\r\n\r\n{}";

TEST(ReadHttpAnswerTest, WaitsUntilItIsAllThere) {
  for (size_t bytes = 0; bytes < kAnswer.size(); ++bytes) {
    EXPECT_FALSE(ReadHttpAnswer(kAnswer.substr(0, bytes)).has_value()) << bytes;
  }
  const std::optional<HttpAnswer> answer = ReadHttpAnswer(kAnswer);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 201);
  EXPECT_EQ(answer->body, "{}");
  EXPECT_EQ(answer->rest, "");
}

TEST(ReadHttpAnswerTest, LeavesWhatComesAfterAnUpgrade) {
  const std::optional<HttpAnswer> answer = ReadHttpAnswer(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x01"
      "2");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 101);
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(answer->rest,
            "\x81\x01"
            "2");
}

TEST(ReadHttpAnswerTest, SaysWhatIsNoHttp) {
  const std::optional<HttpAnswer> answer = ReadHttpAnswer("garbage\r\n\r\n");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 0);
}

}  // namespace
}  // namespace caucus::load
