#include "polls-service/api/watch_interval.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

constexpr absl::Duration kBase = absl::Milliseconds(20);

TEST(WatchIntervalTest, GrowsWithThePeople) {
  for (const WatchMode mode : {WatchMode::kSnapshot, WatchMode::kDelta}) {
    EXPECT_EQ(WatchInterval(mode, 0, kBase), kBase);
    EXPECT_EQ(WatchInterval(mode, 80, kBase), kBase);
  }
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 100, kBase), kBase);
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 200, kBase), absl::Milliseconds(300));
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 400, kBase), absl::Milliseconds(100));
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 10'000, kBase), absl::Milliseconds(2'500));
}

TEST(WatchIntervalTest, LeavesTimeToTellAllWithinASecond) {
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 1'000, kBase), absl::Milliseconds(860));
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 10'000, kBase), absl::Milliseconds(500));
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 20'000, kBase), absl::Milliseconds(500));
}

TEST(WatchIntervalTest, IsNeverLessThanTheBase) {
  EXPECT_EQ(WatchInterval(WatchMode::kDelta, 20'000, absl::Seconds(1)), absl::Seconds(1));
  EXPECT_EQ(WatchInterval(WatchMode::kSnapshot, 1'000, absl::Seconds(1)), absl::Seconds(1));
}

}  // namespace
}  // namespace caucus::polls
