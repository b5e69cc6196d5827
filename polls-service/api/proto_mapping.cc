#include "polls-service/api/proto_mapping.h"

#include <openssl/sha.h>

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "polls-service/tally/rules.h"

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

void AddPeopleAndOptions(const Poll& poll, v1::Poll& proto) {
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
}

}  // namespace

// The numbers of the API are one higher than those of the domain: 0 means the default.
v1::CountingRules ToProto(const CountingRules& rules) {
  v1::CountingRules proto;
  proto.set_method(static_cast<v1::CountingRules::Method>(static_cast<int>(rules.method) + 1));
  proto.set_seats(rules.seats);
  proto.set_quota(static_cast<v1::CountingRules::Quota>(static_cast<int>(rules.quota) + 1));
  return proto;
}

absl::StatusOr<CountingRules> FromProto(const v1::CountingRules& rules) {
  CountingRules result;
  if (!v1::CountingRules::Method_IsValid(rules.method())) {
    return BadRequestError({{"rules.method", "rules.method must be a valid enum value"}});
  }
  if (!v1::CountingRules::Quota_IsValid(rules.quota())) {
    return BadRequestError({{"rules.quota", "rules.quota must be a valid enum value"}});
  }
  if (rules.quota() == v1::CountingRules::QUOTA_HARE &&
      rules.method() != v1::CountingRules::METHOD_STV_WIGM) {
    return BadRequestError(
        {{"rules.quota", "rules.quota QUOTA_HARE is for METHOD_STV_WIGM alone"}});
  }
  if (rules.method() != v1::CountingRules::METHOD_UNSPECIFIED) {
    result.method = static_cast<tally::Method>(rules.method() - 1);
  }
  if (rules.quota() != v1::CountingRules::QUOTA_UNSPECIFIED) {
    result.quota = static_cast<tally::Quota>(rules.quota() - 1);
  }
  if (rules.seats() > 0) result.seats = rules.seats();
  return result;
}

v1::Poll::Result ToProto(const Result& result) {
  v1::Poll::Result proto;
  proto.set_nomination_id(result.nomination_id);
  proto.set_nomination_text(result.nomination_text);
  proto.set_score(result.score);
  proto.set_rank(result.rank);
  proto.set_elected(result.elected);
  return proto;
}

std::string TieBreakCommitment(std::string_view tie_break_seed) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const uint8_t*>(tie_break_seed.data()), tie_break_seed.size(),
         reinterpret_cast<uint8_t*>(digest.data()));
  return absl::BytesToHexString(digest);
}

v1::Poll ToProto(const Poll& poll, v1::PollView view) {
  v1::Poll proto;
  proto.set_id(poll.id);
  proto.set_topic(poll.topic);
  proto.set_votes_per_voter(poll.votes_per_voter);
  if (view != v1::POLL_VIEW_BASIC) AddPeopleAndOptions(poll, proto);
  for (const Result& result : poll.results) *proto.add_results() = ToProto(result);
  *proto.mutable_rules() = ToProto(poll.rules);
  proto.set_ballot_changes_allowed(poll.ballot_changes_allowed);
  if (!poll.tie_break_seed.empty()) {
    proto.set_tie_break_commitment(TieBreakCommitment(poll.tie_break_seed));
  }
  if (poll.phase == Phase::kClosed) proto.set_tie_break_seed(poll.tie_break_seed);
  proto.set_admin_id(poll.admin_id);
  proto.set_has_started(poll.phase == Phase::kVoting || poll.phase == Phase::kClosed);
  proto.set_state(StateOf(poll.phase));
  proto.set_revision(static_cast<uint32_t>(poll.revision));
  proto.mutable_expire_time()->set_seconds(absl::ToUnixSeconds(poll.expire_time));
  return proto;
}

}  // namespace caucus::polls
