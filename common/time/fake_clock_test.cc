#include "common/time/fake_clock.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"
#include "common/time/clock.h"

namespace caucus {
namespace {

TEST(FakeClockTest, MovesOnlyWhenTold) {
  FakeClock clock(absl::FromUnixSeconds(10));
  const Clock& seen = clock;
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(10));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(10));

  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(15));

  clock.Set(absl::FromUnixSeconds(7));
  EXPECT_EQ(seen.Now(), absl::FromUnixSeconds(7));
}

}  // namespace
}  // namespace caucus
