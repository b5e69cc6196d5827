#include "common/limits/address_limiter.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/time/time.h"
#include "common/time/fake_clock.h"

namespace caucus {
namespace {

constexpr RateLimit kTwoAndThenOneASecond = {.per_second = 1, .burst = 2};

class AddressLimiterTest : public testing::Test {
 protected:
  FakeClock clock_;
};

TEST_F(AddressLimiterTest, EachAddressHasItsOwnBucket) {
  AddressLimiter limiter(kTwoAndThenOneASecond, clock_);
  EXPECT_TRUE(limiter.Take("192.0.2.1"));
  EXPECT_TRUE(limiter.Take("192.0.2.1"));
  EXPECT_FALSE(limiter.Take("192.0.2.1"));
  EXPECT_TRUE(limiter.Take("192.0.2.2"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(limiter.Take("192.0.2.1"));
}

TEST_F(AddressLimiterTest, ChargesMakeADebt) {
  AddressLimiter limiter(kTwoAndThenOneASecond, clock_);
  EXPECT_TRUE(limiter.HasRoom("192.0.2.1"));
  for (int i = 0; i < 5; ++i) limiter.Charge("192.0.2.1");
  clock_.Advance(absl::Seconds(3));
  EXPECT_FALSE(limiter.HasRoom("192.0.2.1"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(limiter.HasRoom("192.0.2.1"));
}

TEST_F(AddressLimiterTest, AnIpv6NetworkIsOneAddress) {
  AddressLimiter limiter(kTwoAndThenOneASecond, clock_);
  EXPECT_TRUE(limiter.Take("2001:db8::1"));
  EXPECT_TRUE(limiter.Take("2001:db8::2"));
  EXPECT_FALSE(limiter.Take("2001:db8:0:0:ffff::3"));
  EXPECT_TRUE(limiter.Take("2001:db8:0:1::1"));
}

TEST_F(AddressLimiterTest, MappedIpv4AddressesAreKeptApart) {
  AddressLimiter limiter({.per_second = 1, .burst = 1}, clock_);
  EXPECT_TRUE(limiter.Take("::ffff:192.0.2.1"));
  EXPECT_TRUE(limiter.Take("::ffff:192.0.2.2"));
}

TEST_F(AddressLimiterTest, RemembersABoundedNumber) {
  AddressLimiter limiter(kTwoAndThenOneASecond, clock_, 10);
  for (int i = 0; i < 100; ++i) limiter.Take("192.0.2." + std::to_string(i));
  EXPECT_EQ(limiter.size(), 10u);
}

TEST_F(AddressLimiterTest, ARateOfZeroAllowsEverything) {
  AddressLimiter limiter({.per_second = 0}, clock_);
  for (int i = 0; i < 1000; ++i) ASSERT_TRUE(limiter.Take("192.0.2.1"));
}

}  // namespace
}  // namespace caucus
