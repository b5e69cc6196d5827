#include "polls-service/api/tally_cache.h"

#include "caucus/polls/v1/polls_service.pb.h"
#include "polls-service/api/tally_mapping.h"

namespace caucus::polls {

// Under the lock, so that of many who come at once one encodes and the others wait for it.
grpc::ByteBuffer TallyCache::Encode(const std::shared_ptr<const Poll>& poll) {
  absl::MutexLock lock(&mutex_);
  for (const auto& [known, bytes] : entries_) {
    if (known.lock() == poll) return grpc::ByteBuffer(&bytes, 1);
  }
  v1::GetTallyResponse response;
  *response.mutable_tally() = ToTallyProto(*poll);
  entries_.emplace_front(poll, grpc::Slice(response.SerializeAsString()));
  if (entries_.size() > kPollsMax) entries_.pop_back();
  return grpc::ByteBuffer(&entries_.front().second, 1);
}

}  // namespace caucus::polls
