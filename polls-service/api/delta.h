// WatchPoll's messages of what has changed, encoded once for all who are at the same revision.

#ifndef POLLS_SERVICE_API_DELTA_H_
#define POLLS_SERVICE_API_DELTA_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "polls-service/actor/poll_change.h"

namespace caucus::polls {

// Encodes one poll's changes. Keeps the bytes of those that somebody still holds.
//
// Thread-safe.
class DeltaEncoder {
 public:
  // Returns a WatchPollResponse with `changes`, and with a Disconnect for each user who was removed
  // and did not come back.
  grpc::ByteBuffer Encode(const std::shared_ptr<const PollChanges>& changes);

 private:
  struct Entry {
    std::weak_ptr<const PollChanges> changes;
    grpc::Slice bytes;
  };

  absl::Mutex mutex_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_DELTA_H_
