// The end of a client object that has asynchronous calls in flight.

#ifndef COMMON_GRPC_PENDING_CALLS_H_
#define COMMON_GRPC_PENDING_CALLS_H_

#include <grpcpp/client_context.h>

#include <unordered_set>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace caucus {

// The calls that an object has started and that still refer to it. Its destructor cancels them and
// waits for each to end, so make it the owner's last member.
//
// Thread-safe. Must not be destroyed by a call's own callback.
class PendingCalls {
 public:
  PendingCalls() = default;
  ~PendingCalls();
  PendingCalls(const PendingCalls&) = delete;
  PendingCalls& operator=(const PendingCalls&) = delete;

  // Before the call starts. `context` must live until Remove().
  void Add(grpc::ClientContext& context);

  // The last thing that the call's callback does to the owner.
  void Remove(grpc::ClientContext& context);

 private:
  absl::Mutex mutex_;
  std::unordered_set<grpc::ClientContext*> contexts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus

#endif  // COMMON_GRPC_PENDING_CALLS_H_
