// One thread for all that gRPC does for a process.

#ifndef COMMON_GRPC_CALL_QUEUE_H_
#define COMMON_GRPC_CALL_QUEUE_H_

#include <grpcpp/completion_queue.h>

#include <memory>
#include <thread>

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

 protected:
  // Nothing is done before Start().
  explicit CallQueue(std::unique_ptr<grpc::CompletionQueue> queue);
  void Start();

 private:
  void Run();

  const std::unique_ptr<grpc::CompletionQueue> queue_;
  std::thread thread_;
};

}  // namespace caucus

#endif  // COMMON_GRPC_CALL_QUEUE_H_
