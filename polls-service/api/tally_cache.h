// GetTally's answers as bytes, encoded once for all who ask.

#ifndef POLLS_SERVICE_API_TALLY_CACHE_H_
#define POLLS_SERVICE_API_TALLY_CACHE_H_

#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// When a poll is closed everybody asks for its count at once. Holds the counts of the polls that
// were asked for last.
//
// Thread-safe.
class TallyCache {
 public:
  static constexpr size_t kPollsMax = 64;

  // Returns a serialized GetTallyResponse. REQUIRES: the poll is closed.
  grpc::ByteBuffer Encode(const std::shared_ptr<const Poll>& poll);

 private:
  using Entry = std::pair<std::weak_ptr<const Poll>, grpc::Slice>;

  absl::Mutex mutex_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // The latest first.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_TALLY_CACHE_H_
