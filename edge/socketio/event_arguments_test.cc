#include "edge/socketio/event_arguments.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/testing/status_matchers.h"

namespace caucus::edge::socketio {
namespace {

constexpr size_t kDepthMax = 32;

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// The JSON with "AB" as attachment 0 and "\0\xFF" as 1 in place, or `refused`.
std::string Replace(std::string_view json, size_t bytes_max = 1000) {
  boost::json::value value = boost::json::parse({json.data(), json.size()});
  const std::vector<std::string> attachments = {"AB", std::string("\0\xFF", 2)};
  const absl::Status checked = CheckPlaceholders(value, attachments, bytes_max);
  if (absl::IsResourceExhausted(checked)) return "too much";
  if (!checked.ok()) return "refused";
  ReplacePlaceholders(value, attachments);
  return boost::json::serialize(value);
}

TEST(EventArgumentsTest, ParsesJson) {
  const absl::StatusOr<boost::json::value> value = ParseJson(R"(["a",{"b":1}])", kDepthMax);
  ASSERT_OK(value.status());
  EXPECT_EQ(boost::json::serialize(*value), R"(["a",{"b":1}])");
}

TEST(EventArgumentsTest, RefusesMalformedJson) {
  for (const std::string_view text :
       {"", "[", "]", "[1,]", "[1]x", "{a:1}", "['a']", "nul", "[\"\xFF\"]", "[\"a\n\"]", "[01]"}) {
    EXPECT_THAT(ParseJson(text, kDepthMax), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(EventArgumentsTest, ReadsHalfASurrogatePairAsAReplacement) {
  for (const std::string_view text :
       {R"(["\ud83d"])", R"(["\ude00"])", R"(["\uD83D"])", " [\"\\ud83d\"]"}) {
    const absl::StatusOr<boost::json::value> value = ParseJson(text, kDepthMax);
    ASSERT_OK(value.status()) << text;
    EXPECT_EQ(boost::json::serialize(*value), "[\"\uFFFD\"]") << text;
  }
  const absl::StatusOr<boost::json::value> value =
      ParseJson(R"({"\ud83d":["\ud83d\ude00","a\ud83d\u0041","\ud83d\n"]})", kDepthMax);
  ASSERT_OK(value.status());
  EXPECT_EQ(boost::json::serialize(*value), "{\"\uFFFD\":[\"😀\",\"a\uFFFDA\",\"\uFFFD\\n\"]}");
  EXPECT_THAT(ParseJson(R"(["\ud83d",])", kDepthMax), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseJson(R"([\ud83d])", kDepthMax), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseJson(R"(["\ud83d",)" + Nested(kDepthMax) + "]", kDepthMax),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(EventArgumentsTest, RefusesDeepJson) {
  EXPECT_OK(ParseJson(Nested(kDepthMax), kDepthMax).status());
  std::string objects;
  for (size_t i = 0; i <= kDepthMax; ++i) objects.append(R"({"a":)");
  for (const std::string& text :
       {Nested(kDepthMax + 1), Nested(5000), std::string(1'000'000, '['), objects}) {
    EXPECT_THAT(ParseJson(text, kDepthMax), StatusIs(absl::StatusCode::kResourceExhausted));
  }
}

TEST(EventArgumentsTest, SplitsAnEventAsItWasWritten) {
  const auto split = [](std::string_view json) {
    const EventText text = SplitEventText(json);
    return std::string(text.name).append("|").append(text.arguments);
  };
  EXPECT_EQ(split(R"(["a"])"), R"("a"|)");
  EXPECT_EQ(split(R"(["a",1])"), R"("a"|1])");
  EXPECT_EQ(split(R"(["a\"\\",{"b":1.50,"b":2}])"), R"("a\"\\"|{"b":1.50,"b":2}])");
  EXPECT_EQ(split(" [ \"a\" , 1 ] "), "\"a\"| 1 ] ");
  EXPECT_EQ(split("[\t7\n]"), "7|");
  EXPECT_EQ(split("[7]"), "7|");
  EXPECT_EQ(split("[-1.5e3,[]]"), "-1.5e3|[]]");
  EXPECT_EQ(split(R"(["",","])"), R"(""|","])");
}

TEST(EventArgumentsTest, PutsAttachmentsInPlace) {
  EXPECT_EQ(Replace(R"(["a",{"_placeholder":true,"num":0}])"), R"(["a","QUI="])");
  EXPECT_EQ(Replace(R"([{"x":[{"y":{"_placeholder":true,"num":1}}]}])"),
            R"([{"x":[{"y":"AP8="}]}])");
  EXPECT_EQ(Replace(R"({"num":0,"_placeholder":true})"), R"("QUI=")");
}

TEST(EventArgumentsTest, PutsAnAttachmentInPlaceTwice) {
  EXPECT_EQ(Replace(R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":0}])"),
            R"(["QUI=","QUI="])");
}

TEST(EventArgumentsTest, BoundsWhatRepeatedPlaceholdersMakeOfAnAttachment) {
  const std::string_view twice = R"([{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}])";
  EXPECT_EQ(Replace(twice, 4), R"(["QUI=","AP8="])");
  EXPECT_EQ(Replace(twice, 3), "too much");
}

TEST(EventArgumentsTest, LeavesOtherObjectsAlone) {
  for (const std::string_view json :
       {R"(["a",1,null,{"num":0}])", R"([{"_placeholder":false,"num":9}])",
        R"([{"_placeholder":"true","num":9}])", R"([{"_placeholder":1}])"}) {
    EXPECT_EQ(Replace(json), json);
  }
}

// CVE-2022-2421.
TEST(EventArgumentsTest, RefusesBadPlaceholders) {
  for (const std::string_view json :
       {R"([{"_placeholder":true,"num":"splice"}])", R"([{"_placeholder":true,"num":2}])",
        R"([{"_placeholder":true,"num":-1}])", R"([{"_placeholder":true,"num":0.5}])",
        R"([{"_placeholder":true,"num":null}])", R"([{"_placeholder":true}])",
        R"([{"_placeholder":true,"num":18446744073709551615}])",
        R"([[{"a":{"_placeholder":true,"num":9}}]])"}) {
    EXPECT_EQ(Replace(json), "refused") << json;
  }
}

TEST(EventArgumentsTest, KnowsTheReservedNames) {
  for (const std::string_view name : {"connect", "connect_error", "disconnect", "disconnecting",
                                      "newListener", "removeListener"}) {
    EXPECT_TRUE(IsReservedEvent(name)) << name;
  }
  for (const std::string_view name : {"error", "connection", "__proto__", "Connect", "", "say"}) {
    EXPECT_FALSE(IsReservedEvent(name)) << name;
  }
}

}  // namespace
}  // namespace caucus::edge::socketio
