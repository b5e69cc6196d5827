#include "common/grpc/server_queue.h"

#include <utility>

namespace caucus {

ServerQueue::ServerQueue(std::unique_ptr<grpc::ServerCompletionQueue> queue)
    : CallQueue(std::unique_ptr<grpc::CompletionQueue>(queue.get())),
      server_queue_(queue.release()) {}

void ServerQueue::AwaitNoCalls() const {
  for (size_t calls = calls_; calls > 0; calls = calls_) calls_.wait(calls);
}

}  // namespace caucus
