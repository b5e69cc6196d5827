#include "edge/transcoding/json_error.h"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "common/testing/status_matchers.h"

namespace caucus::edge::transcoding {
namespace {

std::string ErrorOf(std::string_view text) {
  return std::string(ParseJson(text, {}).status().message());
}

TEST(JsonErrorTest, ParsesValues) {
  ASSERT_OK_AND_ASSIGN(const boost::json::value value,
                       ParseJson(" {\"a\": [1, 2.5, \"é\", null]} ", {}));
  EXPECT_EQ(boost::json::serialize(value), "{\"a\":[1,2.5E0,\"é\",null]}");
}

TEST(JsonErrorTest, SpeaksAsV8Does) {
  EXPECT_EQ(ErrorOf("{bad"), "Expected property name or '}' in JSON at position 1");
  EXPECT_EQ(ErrorOf("{ \n bad"), "Expected property name or '}' in JSON at position 4");
  EXPECT_EQ(ErrorOf(""), "Unexpected end of JSON input");
  EXPECT_EQ(ErrorOf("{\"a\":"), "Unexpected end of JSON input");
  EXPECT_EQ(ErrorOf("{\"a\":x}"), "Unexpected token x in JSON at position 5");
  EXPECT_EQ(ErrorOf("[1,]"), "Unexpected token ] in JSON at position 3");
  EXPECT_EQ(ErrorOf("{} {}"), "Unexpected token { in JSON at position 3");
}

TEST(JsonErrorTest, CountsUtf16Units) {
  EXPECT_EQ(ErrorOf("[\"é🎲\" x]"), "Unexpected token x in JSON at position 7");
}

TEST(JsonErrorTest, KeepsBracesInStringsApart) {
  EXPECT_EQ(DescribeJsonError("[\"{\" x", 5), "Unexpected token x in JSON at position 5");
  EXPECT_EQ(DescribeJsonError("[\"{\n\"]", 3), "Unexpected token \n in JSON at position 3");
}

TEST(JsonErrorTest, RefusesTextThatIsNotUtf8) {
  EXPECT_EQ(ErrorOf("[\xFF]"), "Unexpected token \uFFFD in JSON at position 1");
  EXPECT_THAT(ParseJson("[\"\xFF\"]", {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(JsonErrorTest, ReadsHalfASurrogatePairAsAReplacement) {
  ASSERT_OK_AND_ASSIGN(const boost::json::value value, ParseJson(R"(["\ud83d"])", {}));
  EXPECT_EQ(boost::json::serialize(value), "[\"\uFFFD\"]");
  EXPECT_EQ(ErrorOf(R"(["\ud83d" x])"), "Unexpected token x in JSON at position 10");
}

TEST(JsonErrorTest, RefusesWhatNestsTooDeep) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_OK(ParseJson(nested(32), {}).status());
  EXPECT_THAT(ParseJson(nested(33), {}), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(JsonErrorTest, RefusesObjectsWithManyMembers) {
  EXPECT_THAT(ParseJson(R"({"a":{"a":1,"b":2,"c":3}})", {.members_max = 2}),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       "JSON has an object with more than 2 members"));
}

}  // namespace
}  // namespace caucus::edge::transcoding
