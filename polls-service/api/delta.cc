#include "polls-service/api/delta.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "caucus/polls/v1/polls_service.pb.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "polls-service/api/proto_mapping.h"

namespace caucus::polls {
namespace {

// Watchers at more places than so many share no bytes.
constexpr size_t kEntriesMax = 64;

class Writer {
 public:
  explicit Writer(v1::PollChanges::Change& proto) : proto_(proto) {}

  void operator()(const ParticipantJoined& change) const {
    proto_.mutable_joined()->set_user_id(change.user_id);
    proto_.mutable_joined()->set_name(change.name);
  }
  void operator()(const ParticipantLeft& change) const { proto_.set_left(change.user_id); }
  void operator()(const ParticipantRemoved& change) const { proto_.set_left(change.user_id); }
  void operator()(const NominationAdded& change) const {
    proto_.mutable_nominated()->set_id(change.nomination_id);
    proto_.mutable_nominated()->set_user_id(change.user_id);
    proto_.mutable_nominated()->set_text(change.text);
  }
  void operator()(const NominationRemoved& change) const {
    proto_.set_nomination_removed(change.nomination_id);
  }
  void operator()(const VotingStarted& change) const {
    v1::PollChanges::VotingStarted& started = *proto_.mutable_voting_started();
    if (change.tie_break_seed.empty()) return;
    started.set_tie_break_commitment(TieBreakCommitment(change.tie_break_seed));
  }
  void operator()(const Voted& change) const { proto_.set_voted(change.user_id); }
  void operator()(const ResultsKnown& change) const {
    for (const Result& result : *change.results) {
      *proto_.mutable_closed()->add_results() = ToProto(result);
    }
    proto_.mutable_closed()->set_tie_break_seed(change.tie_break_seed);
  }

 private:
  v1::PollChanges::Change& proto_;
};

std::vector<std::string> RemovedUsers(const PollChanges& changes) {
  std::vector<std::string> removed;
  for (const PollChange& change : changes.changes) {
    if (const auto* gone = std::get_if<ParticipantRemoved>(&change)) {
      removed.push_back(gone->user_id);
    } else if (const auto* back = std::get_if<ParticipantJoined>(&change)) {
      std::erase(removed, back->user_id);
    }
  }
  return removed;
}

grpc::Slice Serialize(const PollChanges& changes) {
  v1::WatchPollResponse response;
  v1::PollChanges& proto = *response.mutable_poll_changed();
  proto.set_revision(static_cast<uint32_t>(changes.revision));
  proto.set_previous_revision(static_cast<uint32_t>(changes.previous_revision));
  for (const PollChange& change : changes.changes) std::visit(Writer(*proto.add_changes()), change);
  response.set_revision(proto.revision());
  for (const std::string& user_id : RemovedUsers(changes)) {
    response.mutable_effects()->add_effects()->mutable_disconnect()->mutable_target()->set_room(
        "user:" + user_id);
  }
  return grpc::Slice(response.SerializeAsString());
}

}  // namespace

grpc::ByteBuffer DeltaEncoder::Encode(const std::shared_ptr<const PollChanges>& changes) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(entries_, [](const Entry& entry) { return entry.changes.expired(); });
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    return entry.changes.lock() == changes;
  });
  if (found != entries_.end()) return grpc::ByteBuffer(&found->bytes, 1);
  const grpc::Slice bytes = Serialize(*changes);
  if (entries_.size() < kEntriesMax) entries_.push_back({changes, bytes});
  return grpc::ByteBuffer(&bytes, 1);
}

}  // namespace caucus::polls
