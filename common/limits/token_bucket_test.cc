#include "common/limits/token_bucket.h"

#include <gtest/gtest.h>

#include <chrono>

namespace caucus {
namespace {

using std::chrono::milliseconds;

constexpr RateLimit kTenPerSecond = {.per_second = 10, .burst = 3};
const TokenBucket::Time kStart = TokenBucket::Time() + std::chrono::hours(1);

TEST(TokenBucketTest, AllowsABurstAndThenTheRate) {
  TokenBucket bucket;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.Take(kTenPerSecond, kStart));
  EXPECT_FALSE(bucket.Take(kTenPerSecond, kStart));
  EXPECT_FALSE(bucket.Take(kTenPerSecond, kStart + milliseconds(99)));
  EXPECT_TRUE(bucket.Take(kTenPerSecond, kStart + milliseconds(101)));
  EXPECT_FALSE(bucket.Take(kTenPerSecond, kStart + milliseconds(102)));
}

TEST(TokenBucketTest, ARestFillsItNoFurtherThanTheBurst) {
  TokenBucket bucket;
  EXPECT_TRUE(bucket.Take(kTenPerSecond, kStart));
  const TokenBucket::Time later = kStart + std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.Take(kTenPerSecond, later));
  EXPECT_FALSE(bucket.Take(kTenPerSecond, later));
}

TEST(TokenBucketTest, ARateOfZeroAllowsEverything) {
  TokenBucket bucket;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(bucket.Take({.per_second = 0, .burst = 1}, kStart));
}

}  // namespace
}  // namespace caucus
