#include "polls-service/actor/task_pool.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <thread>
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

TEST(TaskPoolTest, RunsATimerThatComesBeforeTheOneAwaited) {
  for (const size_t threads : {1, 2}) {
    TaskPool pool(threads);
    pool.PostAfter(absl::Hours(1), [] { FAIL(); });
    absl::Notification from_outside;
    pool.PostAfter(absl::Milliseconds(1), [&] { from_outside.Notify(); });
    from_outside.WaitForNotification();
    for (const absl::Duration delay : {absl::ZeroDuration(), 2 * TaskPool::kTaskMax}) {
      absl::Notification from_a_task;
      pool.Post([&] { pool.PostAfter(delay, [&] { from_a_task.Notify(); }); });
      from_a_task.WaitForNotification();
    }
  }
}

TEST(TaskPoolTest, RunsATimerWhileATaskTakesLong) {
  TaskPool pool(2);
  absl::Notification timer;
  absl::Notification done;
  pool.Post([&] {
    pool.PostAfter(TaskPool::kTaskMax / 2, [&] { timer.Notify(); });
    timer.WaitForNotification();
    done.Notify();
  });
  done.WaitForNotification();
}

TEST(TaskPoolTest, RunsAllThatManyThreadsPost) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 2'000;
  TaskPool pool(3);
  absl::BlockingCounter done(2 * kThreads * kTasks);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int task = 0; task < kTasks; ++task) {
        pool.Post([&, task] {
          pool.PostAfter(absl::Microseconds(task % 50 * 1'000), [&] { done.DecrementCount(); });
          done.DecrementCount();
        });
      }
    });
  }
  done.Wait();
  for (std::thread& thread : threads) thread.join();
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
