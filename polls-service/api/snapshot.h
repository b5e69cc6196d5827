// WatchPoll's messages as bytes, encoded once for all watchers of a poll.

#ifndef POLLS_SERVICE_API_SNAPSHOT_H_
#define POLLS_SERVICE_API_SNAPSHOT_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "polls-service/api/delta.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Encodes one poll's states. Keeps the bytes of the last, so that watchers who ask for the same
// state share them. States are told apart as objects: a revision recurs when the store has lost
// commits.
//
// Thread-safe.
class SnapshotEncoder {
 public:
  // What a watcher has seen before: the revision, or 0 for nothing.
  struct Seen {
    uint64_t revision = 0;
  };

  // Returns a WatchPollResponse with `poll`, and with a Disconnect for each user who was removed
  // after `seen.revision`; on nothing seen there is none.
  grpc::ByteBuffer Encode(const std::shared_ptr<const Poll>& poll, Seen seen);

  // Returns the same for those who have come since the last state: a `repeat`.
  grpc::ByteBuffer EncodeRepeat(const std::shared_ptr<const Poll>& poll);

 private:
  grpc::Slice Shared(const std::shared_ptr<const Poll>& poll);

  absl::Mutex mutex_;
  std::weak_ptr<const Poll> poll_ ABSL_GUARDED_BY(mutex_);
  grpc::Slice bytes_ ABSL_GUARDED_BY(mutex_);
};

// Returns a WatchPollResponse that says that the poll was cancelled.
grpc::ByteBuffer EncodeCancelled(uint64_t revision);

// Returns a WatchPollResponse that says that the poll will expire; `revision` is what was told
// before.
grpc::ByteBuffer EncodeExpiring(absl::Time expire_time, uint64_t revision);

// The encoders of one poll.
//
// Thread-safe.
struct PollEncoder {
  SnapshotEncoder states;
  DeltaEncoder changes;
};

// The encoders of all polls that are being watched.
//
// Thread-safe. Encoders may outlive it.
class PollEncoders {
 public:
  // Returns the poll's encoder, the same for everyone for as long as anyone holds it.
  std::shared_ptr<PollEncoder> Of(const std::string& poll_id);

  size_t size() const;

 private:
  struct Table {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<std::string, std::weak_ptr<PollEncoder>> encoders ABSL_GUARDED_BY(mutex);
  };

  const std::shared_ptr<Table> table_ = std::make_shared<Table>();
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_SNAPSHOT_H_
