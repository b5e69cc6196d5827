#include "common/grpc/call_queue.h"

#include <utility>

namespace caucus {

CallQueue::CallQueue() : CallQueue(std::make_unique<grpc::CompletionQueue>()) { Start(); }

CallQueue::CallQueue(std::unique_ptr<grpc::CompletionQueue> queue) : queue_(std::move(queue)) {}

CallQueue::~CallQueue() {
  queue_->Shutdown();
  if (!thread_.joinable()) Start();
  thread_.join();
}

void CallQueue::Start() {
  thread_ = std::thread([this] { Run(); });
}

void CallQueue::Run() {
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Operation*>(tag)->OnDone(ok);
}

}  // namespace caucus
