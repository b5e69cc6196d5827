// A WatchPollResponse's bytes are those of the shared part (poll_updated, revision) followed by
// those of its own part (effects, repeat): messages are concatenated by concatenating their bytes.

#include "polls-service/api/snapshot.h"

#include <algorithm>
#include <array>

#include "caucus/polls/v1/polls_service.pb.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "polls-service/api/proto_mapping.h"

namespace caucus::polls {
namespace {

grpc::Slice Serialize(const v1::WatchPollResponse& response) {
  return grpc::Slice(response.SerializeAsString());
}

v1::WatchPollResponse DisconnectsSince(const Poll& poll, uint64_t revision) {
  v1::WatchPollResponse response;
  auto removal = std::upper_bound(
      poll.removals.begin(), poll.removals.end(), revision,
      [](uint64_t bound, const Removal& candidate) { return bound < candidate.revision; });
  for (; removal != poll.removals.end(); ++removal) {
    response.mutable_effects()->add_effects()->mutable_disconnect()->mutable_target()->set_room(
        "user:" + removal->user_id);
  }
  return response;
}

}  // namespace

grpc::ByteBuffer SnapshotEncoder::Encode(const std::shared_ptr<const Poll>& poll, Seen seen) {
  std::array<grpc::Slice, 2> slices = {Shared(poll)};
  if (seen.revision == 0) return grpc::ByteBuffer(slices.data(), 1);
  slices[1] = Serialize(DisconnectsSince(*poll, seen.revision));
  return grpc::ByteBuffer(slices.data(), slices[1].size() > 0 ? 2 : 1);
}

grpc::ByteBuffer SnapshotEncoder::EncodeRepeat(const std::shared_ptr<const Poll>& poll) {
  v1::WatchPollResponse repeat;
  repeat.set_repeat(true);
  const std::array<grpc::Slice, 2> slices = {Shared(poll), Serialize(repeat)};
  return grpc::ByteBuffer(slices.data(), slices.size());
}

grpc::Slice SnapshotEncoder::Shared(const std::shared_ptr<const Poll>& poll) {
  absl::MutexLock lock(&mutex_);
  if (poll_.lock() == poll) return bytes_;
  v1::WatchPollResponse response;
  *response.mutable_poll_updated() = ToProto(*poll);
  response.set_revision(static_cast<uint32_t>(poll->revision));
  poll_ = poll;
  bytes_ = Serialize(response);
  return bytes_;
}

grpc::ByteBuffer EncodeCancelled(uint64_t revision) {
  v1::WatchPollResponse response;
  response.mutable_poll_cancelled();
  response.set_revision(static_cast<uint32_t>(revision));
  const grpc::Slice bytes = Serialize(response);
  return grpc::ByteBuffer(&bytes, 1);
}

grpc::ByteBuffer EncodeExpiring(absl::Time expire_time, uint64_t revision) {
  v1::WatchPollResponse response;
  response.mutable_poll_expiring()->mutable_expire_time()->set_seconds(
      absl::ToUnixSeconds(expire_time));
  response.set_revision(static_cast<uint32_t>(revision));
  const grpc::Slice bytes = Serialize(response);
  return grpc::ByteBuffer(&bytes, 1);
}

std::shared_ptr<PollEncoder> PollEncoders::Of(const std::string& poll_id) {
  absl::MutexLock lock(&table_->mutex);
  std::weak_ptr<PollEncoder>& entry = table_->encoders[poll_id];
  if (std::shared_ptr<PollEncoder> encoder = entry.lock()) return encoder;
  const auto forget = [table = table_, poll_id](PollEncoder* encoder) {
    {
      absl::MutexLock table_lock(&table->mutex);
      const auto found = table->encoders.find(poll_id);
      // Another encoder may have taken the place in the meantime.
      if (found != table->encoders.end() && found->second.expired()) table->encoders.erase(found);
    }
    delete encoder;
  };
  std::shared_ptr<PollEncoder> encoder(new PollEncoder, forget);
  entry = encoder;
  return encoder;
}

size_t PollEncoders::size() const {
  absl::MutexLock lock(&table_->mutex);
  return table_->encoders.size();
}

}  // namespace caucus::polls
