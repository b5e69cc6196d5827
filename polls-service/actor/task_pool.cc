#include "polls-service/actor/task_pool.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace caucus::polls {
namespace {

thread_local const TaskPool* pool_of_this_thread = nullptr;

}  // namespace

TaskPool::TaskPool(size_t threads, Runner runner) : runner_(std::move(runner)) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

TaskPool::~TaskPool() { Stop(); }

void TaskPool::Post(Task task) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return;
  due_.push_back(std::move(task));
  WakeOne();
}

void TaskPool::PostAfter(absl::Duration delay, Task task) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return;
  later_.emplace(absl::Now() + delay, std::move(task));
  if (pool_of_this_thread != this || delay < kTaskMax) WakeOne();
}

void TaskPool::Stop() {
  std::deque<Task> due;
  std::multimap<absl::Time, Task> later;
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    // Destroyed without the lock: what tasks own may post when it goes.
    due.swap(due_);
    later.swap(later_);
    posted_.SignalAll();
    timer_posted_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void TaskPool::Run() {
  pool_of_this_thread = this;
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      if (!AwaitTask()) return;
      task = std::move(due_.front());
      due_.pop_front();
      if (!due_.empty() || IsTimerUnattended()) WakeOne();
    }
    runner_(task);
  }
}

bool TaskPool::AwaitTask() {
  while (!stopping_) {
    // Looked at before every task, so that a stream of tasks holds up no timer.
    const absl::Time now = absl::Now();
    while (!later_.empty() && later_.begin()->first <= now) {
      due_.push_back(std::move(later_.begin()->second));
      later_.erase(later_.begin());
    }
    if (!due_.empty()) return true;
    Rest();
  }
  return false;
}

void TaskPool::Rest() {
  const absl::Time timer = NextTimer();
  if (timer >= awaited_timer_) {
    ++resting_;
    posted_.Wait(&mutex_);
    --resting_;
    return;
  }
  awaited_timer_ = timer;
  timer_posted_.WaitWithDeadline(&mutex_, timer);
  if (awaited_timer_ == timer) awaited_timer_ = absl::InfiniteFuture();
}

// Whether one comes before this thread may be back, and nobody waits for it.
bool TaskPool::IsTimerUnattended() const {
  return NextTimer() < std::min(awaited_timer_, absl::Now() + kTaskMax);
}

void TaskPool::WakeOne() { (resting_ > 0 ? posted_ : timer_posted_).Signal(); }

absl::Time TaskPool::NextTimer() const {
  return later_.empty() ? absl::InfiniteFuture() : later_.begin()->first;
}

}  // namespace caucus::polls
