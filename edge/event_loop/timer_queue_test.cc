#include "edge/event_loop/timer_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <utility>
#include <vector>

namespace caucus::edge {
namespace {

class Recorded final : public Timer {
 public:
  Recorded(TimerQueue& queue, std::function<void()> due) : Timer(queue), due_(std::move(due)) {}

 private:
  void OnTimer() override { due_(); }

  const std::function<void()> due_;
};

Timer::Time At(int ms) { return Timer::Time(std::chrono::milliseconds(ms)); }

TEST(TimerQueueTest, RunsWhatIsDueInOrderAndNothingElse) {
  TimerQueue queue;
  std::vector<int> ran;
  Recorded second(queue, [&] { ran.push_back(2); });
  Recorded first(queue, [&] { ran.push_back(1); });
  Recorded later(queue, [&] { ran.push_back(3); });
  second.Set(At(20));
  first.Set(At(10));
  later.Set(At(30));
  EXPECT_EQ(queue.next(), At(10));
  queue.RunDue(At(20));
  EXPECT_EQ(ran, (std::vector<int>{1, 2}));
  EXPECT_EQ(queue.next(), At(30));
}

TEST(TimerQueueTest, IsDueOnlyAtTheTimeThatWasSetLast) {
  TimerQueue queue;
  int ran = 0;
  Recorded timer(queue, [&] { ++ran; });
  timer.Set(At(10));
  timer.Set(At(30));
  queue.RunDue(At(20));
  EXPECT_EQ(ran, 0);
  timer.Set(At(15));
  queue.RunDue(At(20));
  queue.RunDue(At(40));
  EXPECT_EQ(ran, 1);
  timer.Set(At(50));
  timer.Cancel();
  queue.RunDue(At(60));
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(queue.next(), Timer::kNever);
}

TEST(TimerQueueTest, MaySetAndDestroyTimersFromOne) {
  TimerQueue queue;
  int ran = 0;
  auto other = std::make_unique<Recorded>(queue, [&] { ++ran; });
  std::unique_ptr<Recorded> timer;
  timer = std::make_unique<Recorded>(queue, [&] {
    other.reset();
    if (++ran < 3) timer->Set(At(10 + ran));
  });
  other->Set(At(11));
  timer->Set(At(10));
  queue.RunDue(At(100));
  EXPECT_EQ(ran, 3);
}

TEST(TimerQueueTest, KeepsManyTimersInOrder) {
  TimerQueue queue;
  std::mt19937 random(7);
  std::vector<int> due(500);
  std::vector<int> ran;
  std::vector<std::unique_ptr<Recorded>> timers;
  for (size_t i = 0; i < due.size(); ++i) {
    timers.push_back(std::make_unique<Recorded>(queue, [&, i] { ran.push_back(due[i]); }));
  }
  for (int step = 0; step < 5000; ++step) {
    const size_t i = random() % timers.size();
    due[i] = static_cast<int>(random() % 1000);
    if (random() % 5 == 0) {
      due[i] = -1;
      timers[i]->Cancel();
    } else {
      timers[i]->Set(At(due[i]));
    }
  }
  queue.RunDue(At(1000));
  EXPECT_TRUE(std::is_sorted(ran.begin(), ran.end()));
}

}  // namespace
}  // namespace caucus::edge
