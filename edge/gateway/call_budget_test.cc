#include "edge/gateway/call_budget.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "edge/limits/limit.h"

namespace caucus::edge::gateway {
namespace {

class CountingLimits final : public LimitObserver {
 public:
  void OnLimitReached(Limit limit) override {
    EXPECT_EQ(limit, Limit::kCallsInFlight);
    ++count;
  }
  int count = 0;
};

class CallBudgetTest : public testing::Test {
 protected:
  const GatewayOptions options_ = {.calls_in_flight_max = 2, .call_bytes_in_flight_max = 100};
  CountingLimits limits_;
  CallBudget budget_{options_, limits_};
};

TEST_F(CallBudgetTest, RefusesMoreCallsThanItHas) {
  EXPECT_TRUE(budget_.Add(1).ok());
  EXPECT_TRUE(budget_.CheckRoom().ok());
  EXPECT_TRUE(budget_.Add(1).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(budget_.CheckRoom()));
  EXPECT_TRUE(absl::IsResourceExhausted(budget_.Add(1)));
  EXPECT_EQ(limits_.count, 2);
  budget_.Remove(1);
  EXPECT_TRUE(budget_.Add(1).ok());
}

TEST_F(CallBudgetTest, RefusesMoreBytesThanItHas) {
  EXPECT_TRUE(budget_.Add(60).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(budget_.Add(41)));
  EXPECT_TRUE(budget_.Add(40).ok());
  budget_.Remove(60);
  EXPECT_TRUE(budget_.Add(60).ok());
}

TEST_F(CallBudgetTest, CountsWhatItMayNotRefuse) {
  budget_.AddUnlimited(1000);
  EXPECT_TRUE(absl::IsResourceExhausted(budget_.Add(0)));
  budget_.Remove(1000);
  for (int i = 0; i < 3; ++i) budget_.AddUnlimited(0);
  EXPECT_TRUE(absl::IsResourceExhausted(budget_.Add(0)));
}

}  // namespace
}  // namespace caucus::edge::gateway
