#include "edge/socketio/event_arguments.h"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace caucus::edge::socketio {
namespace {

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

TEST(EventArgumentsTest, SplitsAnEventAsItWasWritten) {
  const auto split = [](std::string_view json) {
    const std::optional<EventText> text = SplitEventText(json);
    return text ? std::string(text->name).append("|").append(text->arguments) : "no event";
  };
  EXPECT_EQ(split(R"(["a"])"), R"("a"|)");
  EXPECT_EQ(split(R"(["a",1])"), R"("a"|1])");
  EXPECT_EQ(split(R"(["a\"\\",{"b":1.50,"b":2}])"), R"("a\"\\"|{"b":1.50,"b":2}])");
  EXPECT_EQ(split(" [ \"a\" , 1 ] "), "\"a\"| 1 ] ");
  EXPECT_EQ(split("[\t7\n]"), "7|");
  EXPECT_EQ(split("[7]"), "7|");
  EXPECT_EQ(split("[-1.5e3,[]]"), "-1.5e3|[]]");
  EXPECT_EQ(split(R"(["",","])"), R"(""|","])");
  for (const std::string_view json :
       {"[]", " [ ] ", "[null]", "[[\"a\"]]", "{\"a\":1}", "\"[1]\"", "7"}) {
    EXPECT_EQ(split(json), "no event") << json;
  }
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
