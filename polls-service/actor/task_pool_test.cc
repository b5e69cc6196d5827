#include "polls-service/actor/task_pool.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"

namespace caucus::polls {
namespace {

TEST(TaskPoolTest, RunsTasksInOrderOnOneThread) {
  TaskPool pool(1);
  std::vector<int> order;
  absl::BlockingCounter done(3);
  for (int i = 0; i < 3; ++i) {
    pool.Post([&, i] {
      order.push_back(i);
      done.DecrementCount();
    });
  }
  done.Wait();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2}));
}

TEST(TaskPoolTest, RunsDelayedTasksInTheOrderOfTheirTimes) {
  TaskPool pool(1);
  std::vector<int> order;
  absl::BlockingCounter done(2);
  pool.PostAfter(absl::Milliseconds(30), [&] {
    order.push_back(2);
    done.DecrementCount();
  });
  pool.PostAfter(absl::Milliseconds(1), [&] {
    order.push_back(1);
    done.DecrementCount();
  });
  done.Wait();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(TaskPoolTest, HoldsUpNoTimerForAStreamOfTasks) {
  TaskPool pool(1);
  absl::Notification timer;
  std::function<void()> again = [&] {
    if (!timer.HasBeenNotified()) pool.Post(again);
  };
  pool.Post(again);
  pool.PostAfter(absl::Milliseconds(1), [&] { timer.Notify(); });
  timer.WaitForNotification();
  pool.Stop();
}

TEST(TaskPoolTest, DropsWhatIsLeftWhenItStops) {
  auto owned = std::make_shared<int>(1);
  TaskPool pool(1);
  pool.PostAfter(absl::Hours(1), [owned] { FAIL(); });
  pool.Stop();
  pool.Post([owned] { FAIL(); });
  EXPECT_EQ(owned.use_count(), 1);
}

}  // namespace
}  // namespace caucus::polls
