#include "tests/load/latency.h"

#include <gtest/gtest.h>

namespace caucus::load {
namespace {

TEST(LatenciesTest, TellsQuantilesOfAll) {
  Latencies odd;
  Latencies even;
  for (int i = 1; i <= 101; ++i) (i % 2 == 1 ? odd : even).Add(absl::Milliseconds(102 - i));
  odd.Add(even);
  EXPECT_EQ(odd.count(), 101u);
  EXPECT_EQ(odd.Quantile(0), absl::Milliseconds(1));
  EXPECT_EQ(odd.Quantile(0.5), absl::Milliseconds(51));
  EXPECT_EQ(odd.Quantile(0.99), absl::Milliseconds(100));
  EXPECT_EQ(odd.Quantile(1), absl::Milliseconds(101));
}

TEST(LatenciesTest, NothingTookNoTime) {
  EXPECT_EQ(Latencies().Quantile(0.99), absl::ZeroDuration());
}

}  // namespace
}  // namespace caucus::load
