#include "tests/load/revision_watermark.h"

#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace caucus::load {
namespace {

absl::Time At(int second) { return absl::FromUnixSeconds(second); }

TEST(RevisionWatermarkTest, IsTheLastClients) {
  RevisionWatermark watermark(3);
  watermark.Raise(0, 5, At(1));
  watermark.Raise(1, 2, At(2));
  EXPECT_EQ(watermark.everybody(), 0);
  EXPECT_EQ(watermark.ReachedAt(1), absl::InfiniteFuture());
  watermark.Raise(2, 7, At(3));
  EXPECT_EQ(watermark.everybody(), 2);
  watermark.Raise(1, 9, At(4));
  EXPECT_EQ(watermark.everybody(), 5);
  EXPECT_EQ(watermark.ReachedAt(2), At(3));
  EXPECT_EQ(watermark.ReachedAt(3), At(4));
  EXPECT_EQ(watermark.ReachedAt(5), At(4));
  EXPECT_EQ(watermark.ReachedAt(6), absl::InfiniteFuture());
}

TEST(RevisionWatermarkTest, NeverFalls) {
  RevisionWatermark watermark(1);
  watermark.Raise(0, 4, At(1));
  watermark.Raise(0, 3, At(2));
  EXPECT_EQ(watermark.known(0), 4);
  EXPECT_EQ(watermark.everybody(), 4);
  EXPECT_EQ(watermark.ReachedAt(3), At(1));
}

}  // namespace
}  // namespace caucus::load
