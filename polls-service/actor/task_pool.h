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
// posts bounds how much.
//
// Thread-safe.
class TaskPool {
 public:
  using Task = std::function<void()>;

  explicit TaskPool(size_t threads);
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

  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::deque<Task> due_ ABSL_GUARDED_BY(mutex_);
  std::multimap<absl::Time, Task> later_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::thread> threads_;  // Last: they use all of the above.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_TASK_POOL_H_
