// One thread for all that gRPC does for a process.

#ifndef COMMON_GRPC_CALL_QUEUE_H_
#define COMMON_GRPC_CALL_QUEUE_H_

#include <grpcpp/alarm.h>
#include <grpcpp/completion_queue.h>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace caucus {

// A completion queue and the thread that serves it. gRPC's callback API hands each call to and fro
// between two threads at least, which costs more than the call: where calls come one at a time, 100
// a second, the same server takes 130 us for each with that API, and 63 us so (5 changes of threads
// and 1; at 400 a second 59 and 41 us). For this all calls of a process, those that it makes
// included, have to use the same queue, and none the callback API.
//
// Thread-safe. Whatever uses it ends before it does.
class CallQueue {
 public:
  using Task = std::function<void()>;

  // Something that gRPC was asked to do. It stays where it is until it is done.
  class Operation {
   public:
    // Called once, on the queue's thread, which it must not block. `ok` is false if it came to
    // nothing.
    virtual void OnDone(bool ok) = 0;

   protected:
    ~Operation() = default;
  };

  // For calls to other services.
  CallQueue();
  // Waits until all that gRPC was asked to do is done.
  virtual ~CallQueue();
  CallQueue(const CallQueue&) = delete;
  CallQueue& operator=(const CallQueue&) = delete;

  // What gRPC is given, with an Operation as tag.
  grpc::CompletionQueue* get() { return queue_.get(); }

  // Calls `task` on the queue's thread, which it must not block: at once if this is that thread.
  // Tasks of one thread are called in their order. Operations are best begun so: one that is begun
  // elsewhere wakes the queue's thread when it is done, while the two contend for gRPC's locks.
  void Run(Task task);

  // While it lives, tasks for a queue that its thread has to run wait; then they wake the queue's
  // thread once. They do not nest.
  class Gathering {
   public:
    explicit Gathering(CallQueue& queue);
    ~Gathering();
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

   private:
    friend class CallQueue;

    CallQueue& queue_;
    std::vector<Task> tasks_;
  };

 protected:
  // Nothing is done before Start().
  explicit CallQueue(std::unique_ptr<grpc::CompletionQueue> queue);
  void Start();

 private:
  // There are tasks.
  class Wake final : public Operation {
   public:
    explicit Wake(CallQueue& queue) : queue_(queue) {}
    void OnDone(bool) override { queue_.RunTasks(); }

   private:
    CallQueue& queue_;
  };

  void Serve();
  void Post(std::vector<Task> tasks);
  void RunTasks();

  const std::unique_ptr<grpc::CompletionQueue> queue_;
  Wake wake_{*this};
  absl::Mutex mutex_;
  std::vector<Task> tasks_ ABSL_GUARDED_BY(mutex_);
  grpc::Alarm alarm_;  // Set by whoever brings the first task.
  std::thread thread_;
};

}  // namespace caucus

#endif  // COMMON_GRPC_CALL_QUEUE_H_
