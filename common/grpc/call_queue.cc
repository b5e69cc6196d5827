#include "common/grpc/call_queue.h"

#include <grpc/support/time.h>

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

namespace caucus {
namespace {

thread_local const CallQueue* queue_of_this_thread = nullptr;
thread_local CallQueue::Gathering* gathering_of_this_thread = nullptr;

}  // namespace

CallQueue::Gathering::Gathering(CallQueue& queue) : queue_(queue) {
  assert(gathering_of_this_thread == nullptr);
  gathering_of_this_thread = this;
}

CallQueue::Gathering::~Gathering() {
  gathering_of_this_thread = nullptr;
  if (!tasks_.empty()) queue_.Post(std::move(tasks_));
}

CallQueue::CallQueue() : CallQueue(std::make_unique<grpc::CompletionQueue>()) { Start(); }

CallQueue::CallQueue(std::unique_ptr<grpc::CompletionQueue> queue) : queue_(std::move(queue)) {}

CallQueue::~CallQueue() {
  queue_->Shutdown();
  if (!thread_.joinable()) Start();
  thread_.join();
}

void CallQueue::Start() {
  thread_ = std::thread([this] { Serve(); });
}

void CallQueue::Serve() {
  queue_of_this_thread = this;
  void* tag = nullptr;
  bool ok = false;
  while (queue_->Next(&tag, &ok)) static_cast<Operation*>(tag)->OnDone(ok);
}

void CallQueue::Run(Task task) {
  if (queue_of_this_thread == this) return task();
  Gathering* const gathering = gathering_of_this_thread;
  if (gathering != nullptr && &gathering->queue_ == this) {
    gathering->tasks_.push_back(std::move(task));
    return;
  }
  std::vector<Task> tasks;
  tasks.push_back(std::move(task));
  Post(std::move(tasks));
}

void CallQueue::Post(std::vector<Task> tasks) {
  {
    absl::MutexLock lock(&mutex_);
    const bool is_woken = !tasks_.empty();
    std::move(tasks.begin(), tasks.end(), std::back_inserter(tasks_));
    if (is_woken) return;
  }
  alarm_.Set(queue_.get(), gpr_inf_past(GPR_CLOCK_MONOTONIC), static_cast<Operation*>(&wake_));
}

void CallQueue::RunTasks() {
  std::vector<Task> tasks;
  {
    absl::MutexLock lock(&mutex_);
    tasks.swap(tasks_);
  }
  for (const Task& task : tasks) task();
}

}  // namespace caucus
