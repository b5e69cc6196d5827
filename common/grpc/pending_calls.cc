#include "common/grpc/pending_calls.h"

namespace caucus {

PendingCalls::~PendingCalls() {
  absl::MutexLock lock(&mutex_);
  for (grpc::ClientContext* context : contexts_) context->TryCancel();
  const auto is_empty = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return contexts_.empty(); };
  mutex_.Await(absl::Condition(&is_empty));
}

void PendingCalls::Add(grpc::ClientContext& context) {
  absl::MutexLock lock(&mutex_);
  contexts_.insert(&context);
}

void PendingCalls::Remove(grpc::ClientContext& context) {
  absl::MutexLock lock(&mutex_);
  contexts_.erase(&context);
}

}  // namespace caucus
