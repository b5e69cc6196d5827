#include "edge/http/address_limiter.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace caucus::edge::http {
namespace {

using Slot = AddressLimiter::Slot;

TEST(AddressLimiterTest, LimitsTheConnectionsOfOneAddress) {
  AddressLimiter limiter(2);
  std::optional<Slot> first = limiter.Acquire("10.0.0.1");
  std::optional<Slot> second = limiter.Acquire("10.0.0.1");
  EXPECT_TRUE(first.has_value() && second.has_value());
  EXPECT_FALSE(limiter.Acquire("10.0.0.1").has_value());
  EXPECT_TRUE(limiter.Acquire("10.0.0.2").has_value());
  first.reset();
  EXPECT_TRUE(limiter.Acquire("10.0.0.1").has_value());
}

TEST(AddressLimiterTest, ASlotThatMovesIsReleasedOnce) {
  AddressLimiter limiter(1);
  {
    std::optional<Slot> slot = limiter.Acquire("10.0.0.1");
    const Slot moved = *std::move(slot);
    slot.reset();
    EXPECT_FALSE(limiter.Acquire("10.0.0.1").has_value());
  }
  EXPECT_TRUE(limiter.Acquire("10.0.0.1").has_value());
}

TEST(AddressLimiterTest, AnAssignedSlotReleasesTheOldOne) {
  AddressLimiter limiter(1);
  std::optional<Slot> slot = limiter.Acquire("10.0.0.1");
  slot = limiter.Acquire("10.0.0.2");
  EXPECT_TRUE(limiter.Acquire("10.0.0.1").has_value());
  EXPECT_FALSE(limiter.Acquire("10.0.0.2").has_value());
}

TEST(AddressLimiterTest, CountsANetworkOfIpv6AsOneAddress) {
  EXPECT_EQ(AddressLimiter::KeyOf("2001:db8:1:2::1"), AddressLimiter::KeyOf("2001:db8:1:2:3::"));
  EXPECT_NE(AddressLimiter::KeyOf("2001:db8:1:2::1"), AddressLimiter::KeyOf("2001:db8:1:3::1"));
  EXPECT_EQ(AddressLimiter::KeyOf("::ffff:10.0.0.1"), AddressLimiter::KeyOf("10.0.0.1"));
  EXPECT_NE(AddressLimiter::KeyOf("::ffff:10.0.0.1"), AddressLimiter::KeyOf("10.0.0.2"));
  EXPECT_EQ(AddressLimiter::KeyOf("fe80::1%eth0"), AddressLimiter::KeyOf("fe80::2"));
  EXPECT_NE(AddressLimiter::KeyOf("::1"), AddressLimiter::KeyOf("0.0.0.0"));
}

TEST(AddressLimiterTest, ZeroMeansNoLimit) {
  AddressLimiter limiter(0);
  std::vector<std::optional<Slot>> slots;
  for (int i = 0; i < 100; ++i) slots.push_back(limiter.Acquire("10.0.0.1"));
  for (const std::optional<Slot>& slot : slots) EXPECT_TRUE(slot.has_value());
}

TEST(AddressLimiterTest, ManyThreadsTakeAndGive) {
  AddressLimiter limiter(4);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&limiter] {
      for (int round = 0; round < 1000; ++round) {
        EXPECT_TRUE(limiter.Acquire("10.0.0.1").has_value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::optional<Slot>> slots;
  for (int i = 0; i < 5; ++i) slots.push_back(limiter.Acquire("10.0.0.1"));
  EXPECT_TRUE(slots[3].has_value());
  EXPECT_FALSE(slots[4].has_value());
}

}  // namespace
}  // namespace caucus::edge::http
