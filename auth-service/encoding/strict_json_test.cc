#include "auth-service/encoding/strict_json.h"

#include <string>

#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

using testing::HasSubstr;

TEST(StrictJsonTest, ParsesAnObject) {
  ASSERT_OK_AND_ASSIGN(const boost::json::object object,
                       ParseJsonObject(R"({"a":1,"b":{"a":"x","c":[true,null]}})"));
  EXPECT_EQ(object.at("a").as_int64(), 1);
  EXPECT_EQ(object.at("b").as_object().at("a").as_string(), "x");
}

TEST(StrictJsonTest, RefusesDuplicateMembersAtAnyDepthHoweverSpelled) {
  const std::string long_name(3000, 'n');
  for (const std::string& text :
       {std::string(R"({"a":1,"a":2})"), std::string(R"({"a":1,"\u0061":2})"),
        std::string(R"({"x":{"a":1,"b":2,"a":3}})"), std::string(R"({"x":[{"a":1,"a":1}]})"),
        "{\"" + long_name + "\":1,\"" + long_name + "\":2}"}) {
    EXPECT_THAT(ParseJsonObject(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("duplicate")));
  }
}

TEST(StrictJsonTest, TakesOneNameInDifferentObjects) {
  EXPECT_OK(ParseJsonObject(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]})"));
}

TEST(StrictJsonTest, BoundsTheDepth) {
  EXPECT_OK(ParseJsonObject(R"({"a":{"a":{"a":{}}}})"));
  EXPECT_THAT(ParseJsonObject(R"({"a":{"a":{"a":{"a":{}}}}})"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseJsonObject(R"({"a":[[[[]]]]})"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseJsonObject("{\"a\":" + std::string(4000, '[')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(StrictJsonTest, RefusesWhatIsNotAnObject) {
  for (const char* text :
       {"", "[]", "1", "\"a\"", "null", "{", "{}}", "{} x", "{\"a\":1,}", "{/**/}", "{'a':1}",
        "{\"a\":NaN}", "{\"a\":01}", "{\"a\":\"\xFF\"}", "{\"a\":\"\\ud800\"}", "\xEF\xBB\xBF{}"}) {
    EXPECT_THAT(ParseJsonObject(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace caucus::auth
