#include "polls-service/ballot_files/rule_names.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {
namespace {

TEST(RuleNamesTest, ReadsEveryMethodThatItNames) {
  for (int i = 0; i <= static_cast<int>(Method::kPlurality); ++i) {
    const auto method = static_cast<Method>(i);
    Method read = Method::kWeighted;
    EXPECT_FALSE(NameOf(method).empty()) << i;
    ASSERT_OK(ParseName(NameOf(method), read));
    EXPECT_EQ(read, method);
  }
}

TEST(RuleNamesTest, TakesAnyCaseAndUnderscores) {
  Method method = Method::kWeighted;
  ASSERT_OK(ParseName("STV_Scottish", method));
  EXPECT_EQ(method, Method::kStvScottish);
  OvervoteRule overvotes = OvervoteRule::kExhaust;
  ASSERT_OK(ParseName("skip_to_next_rank", overvotes));
  EXPECT_EQ(overvotes, OvervoteRule::kSkipToNextRank);
}

TEST(RuleNamesTest, ListsTheNamesWhenItKnowsNone) {
  Quota quota = Quota::kDroop;
  EXPECT_THAT(ParseName("imperiali", quota),
              StatusIs(absl::StatusCode::kInvalidArgument, "it must be one of: droop, hare"));
}

}  // namespace
}  // namespace caucus::tally
