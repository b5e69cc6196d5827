#include "common/json/bounded_parser.h"

#include <gtest/gtest.h>

#include <boost/json/monotonic_resource.hpp>
#include <boost/json/serialize.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace caucus {
namespace {

std::string Parsed(std::string_view text, const JsonLimits& limits = {}) {
  const auto result = ParseBounded(text, limits);
  const boost::json::value* const value = std::get_if<boost::json::value>(&result);
  return value == nullptr ? "refused" : boost::json::serialize(*value);
}

std::optional<JsonFault> FaultOf(std::string_view text, const JsonLimits& limits = {}) {
  const auto result = ParseBounded(text, limits);
  const JsonError* const error = std::get_if<JsonError>(&result);
  return error == nullptr ? std::nullopt : std::optional(error->fault);
}

size_t PositionOfError(std::string_view text) {
  return std::get<JsonError>(ParseBounded(text, {})).position;
}

// What CheckJson says is wrong.
std::optional<JsonFault> Checked(std::string_view text, size_t depth_max = 32) {
  const std::optional<JsonError> error = CheckJson(text, depth_max);
  return error ? std::optional(error->fault) : std::nullopt;
}

std::string Nested(size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string ObjectOf(const std::vector<std::string>& names) {
  std::string json = "{";
  for (const std::string& name : names) {
    json.append(json.size() > 1 ? ",\"" : "\"").append(name).append("\":0");
  }
  return json + "}";
}

std::vector<std::string> Names(size_t count) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) names.push_back(std::to_string(i));
  return names;
}

// Names that fall into one bucket of a table of `buckets`, a power of two, whose salt is `salt`:
// Boost.JSON 1.81 takes FNV-1a, begun with the salt, modulo the number of members.
std::vector<std::string> CollidingNames(size_t buckets, uint64_t salt) {
  std::vector<std::string> names;
  for (uint32_t i = 0; names.size() < buckets; ++i) {
    std::string name = std::to_string(i);
    uint64_t hash = 0xcbf29ce484222325 + salt;
    for (const char c : name) hash = (static_cast<unsigned char>(c) ^ hash) * 0x100000001B3;
    if (hash % buckets == 0) names.push_back(std::move(name));
  }
  return names;
}

TEST(BoundedParserTest, ParsesValues) {
  EXPECT_EQ(Parsed(R"( {"a":[1,-2,18446744073709551615,true,false,null,"é\n"],"b":{"c":{}}} )"),
            R"({"a":[1,-2,18446744073709551615,true,false,null,"é\n"],"b":{"c":{}}})");
  EXPECT_EQ(Parsed("2.5"), "2.5E0");
  EXPECT_EQ(Parsed("\"\""), "\"\"");
}

TEST(BoundedParserTest, ParsesLongTextsAndNames) {
  const std::string text(20'000, 'x');
  const std::string json = "{\"" + text + "\\n\":[\"\\n" + text + "\"]}";
  EXPECT_EQ(Parsed(json), json);
  std::string many = "[0";
  for (int i = 1; i < 2000; ++i) many += "," + std::to_string(i);
  EXPECT_EQ(Parsed(many + "]"), many + "]");
}

TEST(BoundedParserTest, KeepsTheLastOfMembersWithOneName) {
  EXPECT_EQ(Parsed(R"({"a":1,"b":2,"a":3})"), R"({"a":3,"b":2})");
}

TEST(BoundedParserTest, BuildsInTheStorageThatItIsGiven) {
  unsigned char buffer[1024];
  boost::json::monotonic_resource storage(buffer, sizeof(buffer));
  const auto result = ParseBounded(R"({"a":[1]})", {}, &storage);
  EXPECT_EQ(std::get<boost::json::value>(result).storage().get(), &storage);
}

TEST(BoundedParserTest, ReadsHalfASurrogatePairAsAReplacement) {
  for (const std::string_view text :
       {R"(["\ud83d"])", R"(["\ude00"])", R"(["\uD83D"])", " [\"\\ud83d\"]"}) {
    EXPECT_EQ(Parsed(text), "[\"\uFFFD\"]") << text;
    EXPECT_EQ(Checked(text), std::nullopt) << text;
  }
  EXPECT_EQ(Parsed(R"({"\ud83d":["\ud83d\ude00","a\ud83d\u0041","\ud83d\n"]})"),
            "{\"\uFFFD\":[\"😀\",\"a\uFFFDA\",\"\uFFFD\\n\"]}");
  for (const std::string_view text : {R"(["\ud83d",])", R"([\ud83d])"}) {
    EXPECT_EQ(FaultOf(text), JsonFault::kMalformed) << text;
    EXPECT_EQ(Checked(text), JsonFault::kMalformed) << text;
  }
  EXPECT_EQ(PositionOfError(R"(["\ud83d" x])"), 10u);
  const std::string deep = R"(["\ud83d",)" + Nested(32) + "]";
  EXPECT_EQ(FaultOf(deep), JsonFault::kTooDeep);
  EXPECT_EQ(Checked(deep), JsonFault::kTooDeep);
  EXPECT_EQ(FaultOf(R"(["\ud83d",{"a":1,"b":2}])", {.members_max = 1}), JsonFault::kTooManyMembers);
}

TEST(BoundedParserTest, RefusesMalformedJson) {
  for (const std::string_view text :
       {"", " ", "[", "]", "[1,]", "[1]x", "{a:1}", "['a']", "nul", "[\"\xFF\"]", "[\"a\n\"]",
        "[01]", "{\"a\"}", "// a\n1", "\"a", "{\"a\":{\"b\":[1,\"c\"}"}) {
    EXPECT_EQ(FaultOf(text), JsonFault::kMalformed) << text;
    EXPECT_EQ(Checked(text), JsonFault::kMalformed) << text;
  }
}

TEST(BoundedParserTest, SaysWhereTheErrorIs) {
  EXPECT_EQ(PositionOfError(""), 0u);
  EXPECT_EQ(PositionOfError("{\"a\":"), 5u);
  EXPECT_EQ(PositionOfError("{\"a\":x}"), 5u);
  EXPECT_EQ(PositionOfError("{} {}"), 3u);
}

TEST(BoundedParserTest, RefusesDeepJson) {
  const JsonLimits limits = {.depth_max = 8};
  EXPECT_EQ(FaultOf(Nested(8), limits), std::nullopt);
  EXPECT_EQ(Checked(Nested(8), limits.depth_max), std::nullopt);
  std::string objects;
  for (int i = 0; i < 9; ++i) objects.append(R"({"a":)");
  for (const std::string& text : {Nested(9), Nested(5000), std::string(1'000'000, '['), objects}) {
    EXPECT_EQ(FaultOf(text, limits), JsonFault::kTooDeep);
    EXPECT_EQ(Checked(text, limits.depth_max), JsonFault::kTooDeep);
  }
}

TEST(BoundedParserTest, RefusesObjectsWithManyMembers) {
  const JsonLimits limits = {.members_max = 3};
  EXPECT_EQ(FaultOf(ObjectOf(Names(3)), limits), std::nullopt);
  EXPECT_EQ(FaultOf(ObjectOf(Names(4)), limits), JsonFault::kTooManyMembers);
  EXPECT_EQ(FaultOf("[1,{\"a\":[" + ObjectOf(Names(4)) + "]}]", limits),
            JsonFault::kTooManyMembers);
  EXPECT_EQ(FaultOf(R"({"a":1,"a":2,"a":3,"a":4})", limits), JsonFault::kTooManyMembers);
  EXPECT_EQ(FaultOf("[0,1,2,3,4]", limits), std::nullopt);
  EXPECT_EQ(FaultOf("{}", {.members_max = 0}), std::nullopt);
}

// 65536 such names took 9 seconds. Blocks of this size begin 16 bytes into a page.
TEST(BoundedParserTest, RefusesManyNamesOfOneBucket) {
  const std::string json = ObjectOf(CollidingNames(4096, /*salt=*/0x10));
  EXPECT_EQ(FaultOf(json), JsonFault::kTooManyMembers);
  EXPECT_EQ(FaultOf("[\"x\"," + json + "]"), JsonFault::kTooManyMembers);
}

TEST(BoundedParserTest, KnowsJsonWithManyMembersWithoutBuildingIt) {
  EXPECT_EQ(Checked(ObjectOf(Names(5000))), std::nullopt);
}

TEST(BoundedParserTest, TakesAsManyNamesOfOneBucketAsAnObjectMayHave) {
  const size_t members_max = JsonLimits().members_max;
  for (uint64_t salt = 0; salt < members_max; salt += 16) {
    const std::string json = ObjectOf(CollidingNames(members_max, salt));
    EXPECT_EQ(Parsed(json), json);
  }
}

}  // namespace
}  // namespace caucus
