#include "polls-service/actor/log_interval.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

TEST(LogIntervalTest, IsZeroInASmallPoll) {
  EXPECT_EQ(LogInterval(0), absl::ZeroDuration());
  EXPECT_EQ(LogInterval(49), absl::ZeroDuration());
}

TEST(LogIntervalTest, GrowsWithThePeople) {
  EXPECT_EQ(LogInterval(80), absl::Milliseconds(20));
  EXPECT_EQ(LogInterval(320), absl::Milliseconds(80));
  EXPECT_EQ(LogInterval(1'000), absl::Milliseconds(80));
}

TEST(LogIntervalTest, ShrinksWhereManyAskAnyway) {
  EXPECT_EQ(LogInterval(10'000), absl::Milliseconds(8));
  EXPECT_EQ(LogInterval(20'000), absl::Milliseconds(4));
}

}  // namespace
}  // namespace caucus::polls
