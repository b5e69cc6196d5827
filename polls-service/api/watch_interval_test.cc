#include "polls-service/api/watch_interval.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

constexpr absl::Duration kBase = absl::Milliseconds(20);

TEST(WatchIntervalTest, GrowsWithThePeopleWhoGetWholeStates) {
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 0, kBase), kBase);
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 100, kBase), kBase);
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 500, kBase), absl::Milliseconds(100));
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 10'000, kBase), absl::Seconds(2));
}

TEST(WatchIntervalTest, GrowsSlowlyForThoseWhoGetChanges) {
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 0, kBase), kBase);
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 1'000, kBase), kBase);
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 5'000, kBase), absl::Milliseconds(100));
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 20'000, kBase), absl::Milliseconds(250));
}

TEST(WatchIntervalTest, IsNeverLessThanTheBase) {
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 20'000, absl::Seconds(1)), absl::Seconds(1));
}

}  // namespace
}  // namespace caucus::polls
