#include "polls-service/log/event_codec.h"

#include <google/protobuf/timestamp.pb.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "polls-service/log/count_codec.h"

namespace caucus::polls {
namespace {

using Proto = log::v1::Event;

void EncodeTime(absl::Time time, google::protobuf::Timestamp& proto) {
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
}

absl::Time DecodeTime(const google::protobuf::Timestamp& proto) {
  return absl::FromUnixSeconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

struct Encoder {
  Proto& proto;

  void operator()(const PollCreated& event) const {
    auto& created = *proto.mutable_poll_created();
    created.set_poll_id(event.poll_id);
    created.set_topic(event.topic);
    created.set_votes_per_voter(event.votes_per_voter);
    created.set_admin_id(event.admin_id);
    EncodeTime(event.create_time, *created.mutable_create_time());
    EncodeTime(event.expire_time, *created.mutable_expire_time());
    created.mutable_rules()->set_method(static_cast<uint32_t>(event.rules.method));
    created.mutable_rules()->set_seats(event.rules.seats);
    created.mutable_rules()->set_quota(static_cast<uint32_t>(event.rules.quota));
    created.set_ballot_changes_allowed(event.ballot_changes_allowed);
    created.set_request_digest(event.request_digest);
  }
  void operator()(const ParticipantJoined& event) const {
    auto& joined = *proto.mutable_participant_joined();
    joined.set_user_id(event.user_id);
    joined.set_name(event.name);
  }
  void operator()(const ConnectionOpened& event) const {
    auto& opened = *proto.mutable_connection_opened();
    opened.set_user_id(event.user_id);
    opened.set_connection_id(event.connection_id);
    opened.set_edge_id(event.edge_id);
  }
  void operator()(const ConnectionClosed& event) const {
    auto& closed = *proto.mutable_connection_closed();
    closed.set_user_id(event.user_id);
    closed.set_connection_id(event.connection_id);
  }
  void operator()(const ParticipantLeft& event) const {
    proto.mutable_participant_left()->set_user_id(event.user_id);
  }
  void operator()(const ParticipantRemoved& event) const {
    proto.mutable_participant_removed()->set_user_id(event.user_id);
  }
  void operator()(const BanLifted& event) const {
    proto.mutable_ban_lifted()->set_user_id(event.user_id);
  }
  void operator()(const NominationAdded& event) const {
    auto& added = *proto.mutable_nomination_added();
    added.set_nomination_id(event.nomination_id);
    added.set_user_id(event.user_id);
    added.set_text(event.text);
  }
  void operator()(const NominationRemoved& event) const {
    proto.mutable_nomination_removed()->set_nomination_id(event.nomination_id);
  }
  void operator()(const VotingStarted& event) const {
    proto.mutable_voting_started()->set_tie_break_seed(event.tie_break_seed);
  }
  void operator()(const BallotCast& event) const {
    auto& cast = *proto.mutable_ballot_cast();
    cast.set_user_id(event.user_id);
    cast.mutable_nomination_ids()->Assign(event.ballot.begin(), event.ballot.end());
  }
  void operator()(const PollClosed& event) const {
    auto& closed = *proto.mutable_poll_closed();
    for (const Result& result : event.results) {
      auto& encoded = *closed.add_results();
      encoded.set_nomination_id(result.nomination_id);
      encoded.set_nomination_text(result.nomination_text);
      encoded.set_score(result.score);
      encoded.set_rank(result.rank);
      encoded.set_elected(result.elected);
    }
    EncodeCount(event.count, *closed.mutable_count());
  }
  void operator()(const PollCancelled&) const { proto.mutable_poll_cancelled(); }
  void operator()(const RequestAnswered& event) const {
    auto& answered = *proto.mutable_request_answered();
    answered.set_user_id(event.user_id);
    answered.set_request_id(event.request_id);
    answered.set_fingerprint(event.fingerprint);
    answered.set_nomination_id(event.nomination_id);
  }
};

// Commits of the first release have no rules: they are the defaults.
CountingRules DecodeRules(const log::v1::CountingRules& proto) {
  return {.method = static_cast<tally::Method>(proto.method()),
          .seats = std::max(proto.seats(), 1u),
          .quota = static_cast<tally::Quota>(proto.quota())};
}

Event DecodePollCreated(const Proto::PollCreated& proto) {
  return PollCreated{.poll_id = proto.poll_id(),
                     .topic = proto.topic(),
                     .votes_per_voter = proto.votes_per_voter(),
                     .admin_id = proto.admin_id(),
                     .create_time = DecodeTime(proto.create_time()),
                     .expire_time = DecodeTime(proto.expire_time()),
                     .rules = DecodeRules(proto.rules()),
                     .ballot_changes_allowed = proto.ballot_changes_allowed(),
                     .request_digest = proto.request_digest()};
}

absl::StatusOr<Event> DecodePollClosed(const Proto::PollClosed& proto) {
  PollClosed closed;
  closed.results.reserve(proto.results_size());
  for (const auto& result : proto.results()) {
    closed.results.push_back({.nomination_id = result.nomination_id(),
                              .nomination_text = result.nomination_text(),
                              .score = result.score(),
                              .rank = result.rank(),
                              .elected = result.elected()});
  }
  ASSIGN_OR_RETURN(closed.count, DecodeCount(proto.count()));
  return closed;
}

}  // namespace

void EncodeEvent(const Event& event, log::v1::Event& proto) { std::visit(Encoder{proto}, event); }

absl::StatusOr<Event> DecodeEvent(const log::v1::Event& proto) {
  switch (proto.event_case()) {
    case Proto::kPollCreated:
      return DecodePollCreated(proto.poll_created());
    case Proto::kParticipantJoined:
      return ParticipantJoined{proto.participant_joined().user_id(),
                               proto.participant_joined().name()};
    case Proto::kConnectionOpened:
      return ConnectionOpened{proto.connection_opened().user_id(),
                              proto.connection_opened().connection_id(),
                              proto.connection_opened().edge_id()};
    case Proto::kConnectionClosed:
      return ConnectionClosed{proto.connection_closed().user_id(),
                              proto.connection_closed().connection_id()};
    case Proto::kParticipantLeft:
      return ParticipantLeft{proto.participant_left().user_id()};
    case Proto::kParticipantRemoved:
      return ParticipantRemoved{proto.participant_removed().user_id()};
    case Proto::kBanLifted:
      return BanLifted{proto.ban_lifted().user_id()};
    case Proto::kNominationAdded:
      return NominationAdded{proto.nomination_added().nomination_id(),
                             proto.nomination_added().user_id(), proto.nomination_added().text()};
    case Proto::kNominationRemoved:
      return NominationRemoved{proto.nomination_removed().nomination_id()};
    case Proto::kVotingStarted:
      return VotingStarted{proto.voting_started().tie_break_seed()};
    case Proto::kBallotCast:
      return BallotCast{proto.ballot_cast().user_id(),
                        {proto.ballot_cast().nomination_ids().begin(),
                         proto.ballot_cast().nomination_ids().end()}};
    case Proto::kPollClosed:
      return DecodePollClosed(proto.poll_closed());
    case Proto::kPollCancelled:
      return PollCancelled{};
    case Proto::kRequestAnswered:
      return RequestAnswered{.user_id = proto.request_answered().user_id(),
                             .request_id = proto.request_answered().request_id(),
                             .fingerprint = proto.request_answered().fingerprint(),
                             .nomination_id = proto.request_answered().nomination_id()};
    case Proto::EVENT_NOT_SET:
      break;
  }
  return absl::DataLossError("a commit holds an event that this release does not know");
}

std::string EncodeEvents(absl::Span<const Event> events) {
  log::v1::Commit commit;
  for (const Event& event : events) EncodeEvent(event, *commit.add_events());
  return commit.SerializeAsString();
}

absl::StatusOr<std::vector<Event>> DecodeEvents(std::string_view payload) {
  log::v1::Commit commit;
  if (!commit.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return absl::DataLossError("a commit's payload is not a caucus.polls.log.v1.Commit");
  }
  std::vector<Event> events;
  events.reserve(commit.events_size());
  for (const Proto& proto : commit.events()) {
    ASSIGN_OR_RETURN(Event event, DecodeEvent(proto));
    events.push_back(std::move(event));
  }
  return events;
}

}  // namespace caucus::polls
