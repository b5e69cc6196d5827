// The queue that a server takes its calls from.

#ifndef COMMON_GRPC_SERVER_QUEUE_H_
#define COMMON_GRPC_SERVER_QUEUE_H_

#include <grpcpp/completion_queue.h>
#include <grpcpp/impl/codegen/service_type.h>

#include <atomic>
#include <cstddef>
#include <memory>

#include "common/grpc/call_queue.h"

namespace caucus {

// A CallQueue that knows how many calls it has, those included that are only awaited.
//
// Thread-safe.
class ServerQueue final : public CallQueue {
 public:
  explicit ServerQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue);

  // Once the server runs.
  using CallQueue::Start;

  grpc::ServerCompletionQueue* server_queue() { return server_queue_; }

  // Of each call's object.
  void AddCall() { ++calls_; }
  void RemoveCall() {
    if (--calls_ == 0) calls_.notify_all();
  }

  // Returns when there is no call. Once the server has shut down no more are awaited.
  void AwaitNoCalls() const;

 private:
  grpc::ServerCompletionQueue* const server_queue_;
  std::atomic<size_t> calls_ = 0;
};

// A gRPC service whose calls come from a ServerQueue.
class QueuedService {
 public:
  virtual ~QueuedService() = default;

  virtual grpc::Service& service() = 0;

  // Begins to take the calls of all methods (unary_call.h, server_stream.h). Called once for each
  // queue of the server, which has started and which this outlives.
  virtual void TakeCalls(ServerQueue& queue) = 0;
};

}  // namespace caucus

#endif  // COMMON_GRPC_SERVER_QUEUE_H_
