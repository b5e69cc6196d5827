#include "edge/socketio/event_arguments.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace caucus::edge::socketio {
namespace {

constexpr size_t kDepthMax = 32;

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

// The JSON with "AB" as attachment 0 and "\0\xFF" as 1 in place, or `refused`.
std::string Replace(std::string_view json, size_t bytes_max = 1000) {
  boost::json::value value = boost::json::parse({json.data(), json.size()});
  const std::vector<std::string> attachments = {"AB", std::string("\0\xFF", 2)};
  if (!ReplacePlaceholders(value, attachments, bytes_max)) return "refused";
  return boost::json::serialize(value);
}

TEST(EventArgumentsTest, ParsesJson) {
  const std::optional<boost::json::value> value = ParseJson(R"(["a",{"b":1}])", kDepthMax);
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ(boost::json::serialize(*value), R"(["a",{"b":1}])");
}

TEST(EventArgumentsTest, RefusesMalformedJson) {
  for (const std::string_view text :
       {"", "[", "]", "[1,]", "[1]x", "{a:1}", "['a']", "nul", "[\"\xFF\"]", "[\"a\n\"]", "[01]"}) {
    EXPECT_FALSE(ParseJson(text, kDepthMax).has_value()) << text;
  }
}

TEST(EventArgumentsTest, RefusesDeepJson) {
  EXPECT_TRUE(ParseJson(Nested(kDepthMax), kDepthMax).has_value());
  EXPECT_FALSE(ParseJson(Nested(kDepthMax + 1), kDepthMax).has_value());
  EXPECT_FALSE(ParseJson(Nested(5000), kDepthMax).has_value());
  EXPECT_FALSE(ParseJson(std::string(1'000'000, '['), kDepthMax).has_value());
  std::string objects;
  for (size_t i = 0; i <= kDepthMax; ++i) objects.append(R"({"a":)");
  EXPECT_FALSE(ParseJson(objects, kDepthMax).has_value());
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
  EXPECT_EQ(Replace(twice, 3), "refused");
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
