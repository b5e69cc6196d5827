#include "common/validation/json_value_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <string_view>
#include <vector>

namespace caucus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr char kLonger[] = "f must be longer than or equal to 1 characters";
constexpr char kShorter[] = "f must be shorter than or equal to 3 characters";
constexpr char kBoth[] =
    "f must be longer than or equal to 1 and shorter than or equal to 3 characters";
constexpr char kString[] = "f must be a string";
constexpr char kGreat[] = "f must not be greater than 5";
constexpr char kSmall[] = "f must not be less than 1";
constexpr char kInteger[] = "f must be an integer number";

// An empty `json` is an absent member.
template <typename Rule, typename Check>
std::vector<std::string> DescriptionsOf(const Rule& rule, Check check, std::string_view json) {
  boost::json::value value;
  if (!json.empty()) value = boost::json::parse({json.data(), json.size()});
  ViolationList violations;
  const FieldPath path = {.name = "f"};
  check(rule, json.empty() ? nullptr : &value, CheckedField{path, violations});
  std::vector<std::string> descriptions;
  for (const auto& violation : violations.violations()) {
    descriptions.push_back(violation.description);
  }
  return descriptions;
}

std::vector<std::string> String(std::string_view json) {
  FieldRule::StringRule rule;
  rule.set_min_length(1);
  rule.set_max_length(3);
  return DescriptionsOf(rule, CheckJsonString, json);
}

std::vector<std::string> Integer(std::string_view json) {
  FieldRule::IntegerRule rule;
  rule.set_min(1);
  rule.set_max(5);
  return DescriptionsOf(rule, CheckJsonInteger, json);
}

std::vector<std::string> Items(std::string_view json) {
  FieldRule::ItemsRule rule;
  rule.set_min_items(1);
  rule.set_max_items(2);
  return DescriptionsOf(rule, CheckJsonItems, json);
}

TEST(JsonValueCheckTest, ChecksTheLengthOfStrings) {
  EXPECT_THAT(String(R"("abc")"), IsEmpty());
  EXPECT_THAT(String(R"("日本語")"), IsEmpty());
  EXPECT_THAT(String(R"("")"), ElementsAre(kLonger));
  EXPECT_THAT(String(R"("abcd")"), ElementsAre(kShorter));
}

TEST(JsonValueCheckTest, TellsOfFalsyValuesThatTheyAreTooShort) {
  for (const char* falsy : {"", "null", "0", "0.0", "-0.0", "false"}) {
    EXPECT_THAT(String(falsy), ElementsAre(kLonger, kString)) << falsy;
  }
}

TEST(JsonValueCheckTest, TellsOfOtherValuesBothLimits) {
  for (const char* other : {"5", "true", "{}", "-1.5"}) {
    EXPECT_THAT(String(other), ElementsAre(kBoth, kString)) << other;
  }
}

TEST(JsonValueCheckTest, TakesTheLengthOfAnArrayForThatOfAString) {
  EXPECT_THAT(String("[]"), ElementsAre(kLonger, kString));
  EXPECT_THAT(String("[1]"), ElementsAre(kBoth, kString));
  EXPECT_THAT(String("[1,2,3,4]"), ElementsAre(kShorter, kString));
}

TEST(JsonValueCheckTest, ChecksTheRangeOfIntegers) {
  EXPECT_THAT(Integer("1"), IsEmpty());
  EXPECT_THAT(Integer("5.0"), IsEmpty());
  EXPECT_THAT(Integer("6"), ElementsAre(kGreat));
  EXPECT_THAT(Integer("18446744073709551615"), ElementsAre(kGreat));
  EXPECT_THAT(Integer("1e300"), ElementsAre(kGreat));
  EXPECT_THAT(Integer("0"), ElementsAre(kSmall));
  EXPECT_THAT(Integer("2.5"), ElementsAre(kInteger));
  EXPECT_THAT(Integer("6.5"), ElementsAre(kGreat, kInteger));
}

TEST(JsonValueCheckTest, TellsWhatIsNoNumberEverything) {
  for (const char* other : {"", "null", "\"3\"", "true", "[]", "{}"}) {
    EXPECT_THAT(Integer(other), ElementsAre(kGreat, kSmall, kInteger)) << other;
  }
}

TEST(JsonValueCheckTest, ChecksTheNumberOfItems) {
  EXPECT_THAT(Items("[1]"), IsEmpty());
  EXPECT_THAT(Items("[]"), ElementsAre("f must contain at least 1 elements"));
  EXPECT_THAT(Items("[1,2,3]"), ElementsAre("f must contain no more than 2 elements"));
  for (const char* other : {"", "null", "\"ab\"", "{}"}) {
    EXPECT_THAT(Items(other), ElementsAre("f must be an array")) << other;
  }
}

TEST(JsonValueCheckTest, TakesWhatIsAbsentForTheDefaultWhereTheRuleAllowsIt) {
  FieldRule::StringRule string;
  string.set_max_length(3);
  EXPECT_THAT(DescriptionsOf(string, CheckJsonString, ""), IsEmpty());
  EXPECT_THAT(DescriptionsOf(string, CheckJsonString, "5"), ElementsAre(kShorter, kString));
  FieldRule::IntegerRule integer;
  integer.set_max(5);
  EXPECT_THAT(DescriptionsOf(integer, CheckJsonInteger, "null"), IsEmpty());
  EXPECT_THAT(DescriptionsOf(FieldRule::ItemsRule(), CheckJsonItems, ""), IsEmpty());
}

TEST(JsonValueCheckTest, KeepsTheFirstHundredViolations) {
  ViolationList violations;
  const FieldPath path = {.name = "f"};
  for (int i = 0; i < 300; ++i) violations.Add(path, "is wrong");
  EXPECT_EQ(violations.violations().size(), ViolationList::kViolationsMax);
}

TEST(JsonValueCheckTest, NamesTheWholeFieldForItsItems) {
  ViolationList violations;
  const FieldPath outer = {.name = "outer"};
  const FieldPath item = {.parent = &outer, .name = "f", .index = 2};
  FieldRule::StringRule rule;
  rule.set_min_length(1);
  const boost::json::value value("");
  CheckJsonString(rule, &value, {item, violations});
  EXPECT_THAT(
      violations.violations(),
      ElementsAre(FieldViolation{
          "outer.f[2]", "each value in outer.f must be longer than or equal to 1 characters"}));
}

}  // namespace
}  // namespace caucus
