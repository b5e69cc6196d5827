#include "polls-service/actor/wait_worth.h"

#include <gtest/gtest.h>

namespace caucus::polls {
namespace {

size_t OperationsBeforeTheNextWait(WaitWorth& worth) {
  size_t count = 0;
  while (!worth.ShouldWait()) ++count;
  return count;
}

TEST(WaitWorthTest, WaitsAtFirst) {
  WaitWorth worth;
  EXPECT_TRUE(worth.ShouldWait());
  EXPECT_TRUE(worth.ShouldWait());
}

TEST(WaitWorthTest, WaitsLessOftenTheMoreWaitsWereInVain) {
  WaitWorth worth;
  for (const size_t expected : {1, 2, 4, 8, 16, 32, 64, 64}) {
    worth.OnWaited(1);
    EXPECT_EQ(OperationsBeforeTheNextWait(worth), expected);
  }
}

TEST(WaitWorthTest, WaitsAgainOnceOthersCome) {
  WaitWorth worth;
  worth.OnWaited(1);
  worth.OnWaited(1);
  worth.OnWaited(5);
  EXPECT_TRUE(worth.ShouldWait());
  worth.OnWaited(0);
  EXPECT_EQ(OperationsBeforeTheNextWait(worth), 1);
}

}  // namespace
}  // namespace caucus::polls
