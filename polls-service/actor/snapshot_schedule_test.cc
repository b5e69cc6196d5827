#include "polls-service/actor/snapshot_schedule.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

TEST(SnapshotScheduleTest, IsDueAfterEnoughCommits) {
  SnapshotSchedule schedule;
  EXPECT_FALSE(schedule.IsDue(511, 10));
  EXPECT_TRUE(schedule.IsDue(512, 10));
  schedule.Begin(100);
  EXPECT_FALSE(schedule.IsDue(611, 10));
  EXPECT_TRUE(schedule.IsDue(612, 10));
}

TEST(SnapshotScheduleTest, LetsALargePollWaitLonger) {
  SnapshotSchedule schedule;
  EXPECT_FALSE(schedule.IsDue(2'499, 10'000));
  EXPECT_TRUE(schedule.IsDue(2'500, 10'000));
}

TEST(SnapshotScheduleTest, StoresOneAtATime) {
  SnapshotSchedule schedule;
  schedule.OnAttempt(512);
  EXPECT_FALSE(schedule.IsDue(2'000, 10));
  schedule.OnStored();
  EXPECT_FALSE(schedule.IsDue(1'023, 10));
  EXPECT_TRUE(schedule.IsDue(1'024, 10));
}

TEST(SnapshotScheduleTest, WaitsAfterAFailure) {
  SnapshotSchedule schedule;
  schedule.OnAttempt(512);
  schedule.OnFailed();
  EXPECT_FALSE(schedule.IsDue(575, 10));
  EXPECT_TRUE(schedule.IsDue(576, 10));
}

TEST(SnapshotScheduleTest, ForgetsAnAttemptOnALogThatIsNoMore) {
  SnapshotSchedule schedule;
  schedule.OnAttempt(512);
  schedule.Begin(0);
  schedule.OnStored();
  EXPECT_TRUE(schedule.IsDue(512, 10));
}

}  // namespace
}  // namespace caucus::polls
