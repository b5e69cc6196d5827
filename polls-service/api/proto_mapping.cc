#include "polls-service/api/proto_mapping.h"

#include <cstdint>

#include "absl/time/time.h"

namespace caucus::polls {
namespace {

v1::Poll::State StateOf(Phase phase) {
  switch (phase) {
    case Phase::kNominating:
      return v1::Poll::STATE_NOMINATING;
    case Phase::kVoting:
      return v1::Poll::STATE_VOTING;
    case Phase::kClosed:
      return v1::Poll::STATE_CLOSED;
    case Phase::kCancelled:
      break;
  }
  return v1::Poll::STATE_UNSPECIFIED;
}

}  // namespace

v1::Poll ToProto(const Poll& poll) {
  v1::Poll proto;
  proto.set_id(poll.id);
  proto.set_topic(poll.topic);
  proto.set_votes_per_voter(poll.votes_per_voter);
  for (const auto& [user_id, participant] : poll.participants) {
    (*proto.mutable_participants())[user_id] = participant.name;
  }
  for (const auto& [nomination_id, nomination] : poll.nominations) {
    v1::Poll::Nomination& added = (*proto.mutable_nominations())[nomination_id];
    added.set_user_id(nomination.user_id);
    added.set_text(nomination.text);
  }
  for (const auto& [user_id, ballot] : poll.ballots) {
    (*proto.mutable_rankings())[user_id];  // An empty list: ballots are secret.
  }
  for (const Result& result : poll.results) {
    v1::Poll::Result& added = *proto.add_results();
    added.set_nomination_id(result.nomination_id);
    added.set_nomination_text(result.nomination_text);
    added.set_score(result.score);
  }
  proto.set_admin_id(poll.admin_id);
  proto.set_has_started(poll.phase == Phase::kVoting || poll.phase == Phase::kClosed);
  proto.set_state(StateOf(poll.phase));
  proto.set_revision(static_cast<uint32_t>(poll.revision));
  proto.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(poll.expire_time));
  return proto;
}

}  // namespace caucus::polls
