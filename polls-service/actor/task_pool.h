// Threads that run short tasks, now or later.

#ifndef POLLS_SERVICE_ACTOR_TASK_POOL_H_
#define POLLS_SERVICE_ACTOR_TASK_POOL_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace caucus::polls {

// Runs tasks in the order in which they become due, as many at a time as there are threads. Whoever
// posts bounds how much. Tasks are short: one that takes longer than kTaskMax may hold up timers,
// even if other threads rest.
//
// A thread woken for nothing costs more than most tasks do: one alone waits for the next timer, and
// none is woken for a timer that a running thread will be back for.
//
// Thread-safe.
class TaskPool {
 public:
  using Task = std::function<void()>;

  static constexpr absl::Duration kTaskMax = absl::Milliseconds(20);

  // Calls the task it is given.
  using Runner = std::function<void(const Task& task)>;

  explicit TaskPool(
      size_t threads, Runner runner = [](const Task& task) { task(); });
  TaskPool(const TaskPool&) = delete;
  TaskPool& operator=(const TaskPool&) = delete;
  ~TaskPool();

  void Post(Task task);
  void PostAfter(absl::Duration delay, Task task);

  // Lets running tasks end and drops all others, also those posted later. Not from a task.
  // Idempotent.
  void Stop();

 private:
  void Run();
  // Returns false when the pool stops.
  bool AwaitTask() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Rest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsTimerUnattended() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Time NextTimer() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Runner runner_;

  absl::Mutex mutex_;
  absl::CondVar posted_;                        // For those who rest without an end.
  absl::CondVar timer_posted_;                  // For those who wait for a timer.
  size_t resting_ ABSL_GUARDED_BY(mutex_) = 0;  // On posted_.
  // The earliest timer that somebody waits for.
  absl::Time awaited_timer_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Task> due_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Time, Task> later_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;  // Last: they use all of the above.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_TASK_POOL_H_
