#include "polls-service/actor/task_pool.h"

#include <utility>

#include "absl/time/clock.h"

namespace caucus::polls {

TaskPool::TaskPool(size_t threads) {
  for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

TaskPool::~TaskPool() { Stop(); }

void TaskPool::Post(Task task) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return;
  due_.push_back(std::move(task));
  changed_.Signal();
}

void TaskPool::PostAfter(absl::Duration delay, Task task) {
  absl::MutexLock lock(&mutex_);
  if (stopping_) return;
  later_.emplace(absl::Now() + delay, std::move(task));
  changed_.Signal();
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
    changed_.SignalAll();
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void TaskPool::Run() {
  while (true) {
    Task task;
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_) {
        // Looked at before every task, so that a stream of tasks holds up no timer.
        const absl::Time now = absl::Now();
        while (!later_.empty() && later_.begin()->first <= now) {
          due_.push_back(std::move(later_.begin()->second));
          later_.erase(later_.begin());
        }
        if (!due_.empty()) break;
        changed_.WaitWithDeadline(&mutex_,
                                  later_.empty() ? absl::InfiniteFuture() : later_.begin()->first);
      }
      if (stopping_) return;
      task = std::move(due_.front());
      due_.pop_front();
      if (!due_.empty()) changed_.Signal();
    }
    task();
  }
}

}  // namespace caucus::polls
