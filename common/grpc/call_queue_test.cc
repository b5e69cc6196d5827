#include "common/grpc/call_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"

namespace caucus {
namespace {

std::thread::id ThreadOf(CallQueue& queue) {
  std::thread::id id;
  absl::Notification done;
  queue.Run([&] {
    id = std::this_thread::get_id();
    done.Notify();
  });
  done.WaitForNotification();
  return id;
}

TEST(CallQueueTest, RunsTasksOnItsThread) {
  CallQueue queue;
  EXPECT_NE(ThreadOf(queue), std::this_thread::get_id());
  EXPECT_EQ(ThreadOf(queue), ThreadOf(queue));
}

TEST(CallQueueTest, RunsATaskOfItsOwnThreadAtOnce) {
  CallQueue queue;
  bool inner_ran = false;
  std::optional<bool> ran_at_once;
  absl::Notification done;
  queue.Run([&] {
    queue.Run([&] { inner_ran = true; });
    ran_at_once = inner_ran;
    done.Notify();
  });
  done.WaitForNotification();
  EXPECT_EQ(ran_at_once, true);
}

TEST(CallQueueTest, KeepsTheOrderOfEachThread) {
  constexpr int kThreads = 4;
  constexpr int kTasks = 5'000;
  CallQueue queue;
  std::vector<std::vector<int>> ran(kThreads);
  absl::BlockingCounter done(kThreads * kTasks);
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      // Half of them in gatherings.
      std::optional<CallQueue::Gathering> gathering;
      for (int task = 0; task < kTasks; ++task) {
        if (task % 20 == 0) gathering.emplace(queue);
        if (task % 20 == 10) gathering.reset();
        queue.Run([&, i, task] {
          ran[i].push_back(task);
          done.DecrementCount();
        });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  done.Wait();
  for (const std::vector<int>& tasks : ran) {
    ASSERT_EQ(tasks.size(), kTasks);
    for (int task = 0; task < kTasks; ++task) ASSERT_EQ(tasks[task], task);
  }
}

TEST(CallQueueTest, RunsWhatIsGatheredWhenTheGatheringEnds) {
  CallQueue queue;
  absl::BlockingCounter done(2);
  bool ran = false;
  {
    const CallQueue::Gathering gathering(queue);
    for (int i = 0; i < 2; ++i) {
      queue.Run([&] {
        ran = true;
        done.DecrementCount();
      });
    }
    // Whatever another thread brings meanwhile is run.
    std::thread([&] { ThreadOf(queue); }).join();
    EXPECT_FALSE(ran);
  }
  done.Wait();
  EXPECT_TRUE(ran);
}

TEST(CallQueueTest, AGatheringHoldsBackNothingForAnotherQueue) {
  CallQueue queue;
  CallQueue other;
  const CallQueue::Gathering gathering(queue);
  EXPECT_NE(ThreadOf(other), std::thread::id());
}

TEST(CallQueueTest, AGatheringWithoutTasksWakesNobody) {
  CallQueue queue;
  { const CallQueue::Gathering gathering(queue); }
  EXPECT_NE(ThreadOf(queue), std::thread::id());
}

TEST(CallQueueTest, RunsWhatWasLeftBeforeItEnds) {
  bool ran = false;
  auto queue = std::make_unique<CallQueue>();
  queue->Run([&] { ran = true; });
  queue.reset();
  EXPECT_TRUE(ran);
}

}  // namespace
}  // namespace caucus
