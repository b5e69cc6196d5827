#include "polls-service/actor/log_interval.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

TEST(LogIntervalTest, IsZeroInASmallPoll) {
  EXPECT_EQ(LogInterval(0), absl::ZeroDuration());
  EXPECT_EQ(LogInterval(49), absl::ZeroDuration());
}

TEST(LogIntervalTest, GrowsWithThePeople) {
  EXPECT_EQ(LogInterval(50), absl::Milliseconds(10));
  EXPECT_EQ(LogInterval(200), absl::Milliseconds(40));
  EXPECT_EQ(LogInterval(1'000), absl::Milliseconds(40));
}

TEST(LogIntervalTest, ShrinksWhereManyAskAnyway) {
  EXPECT_EQ(LogInterval(10'000), absl::Milliseconds(4));
  EXPECT_EQ(LogInterval(20'000), absl::Milliseconds(2));
}

}  // namespace
}  // namespace caucus::polls
