#include "polls-service/log/event_codec.h"

#include <google/protobuf/timestamp.pb.h>

#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "caucus/polls/log/v1/commit.pb.h"
#include "common/status/status_macros.h"

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
  void operator()(const NominationAdded& event) const {
    auto& added = *proto.mutable_nomination_added();
    added.set_nomination_id(event.nomination_id);
    added.set_user_id(event.user_id);
    added.set_text(event.text);
  }
  void operator()(const NominationRemoved& event) const {
    proto.mutable_nomination_removed()->set_nomination_id(event.nomination_id);
  }
  void operator()(const VotingStarted&) const { proto.mutable_voting_started(); }
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
    }
  }
  void operator()(const PollCancelled&) const { proto.mutable_poll_cancelled(); }
};

Event DecodePollCreated(const Proto::PollCreated& proto) {
  return PollCreated{.poll_id = proto.poll_id(),
                     .topic = proto.topic(),
                     .votes_per_voter = proto.votes_per_voter(),
                     .admin_id = proto.admin_id(),
                     .create_time = DecodeTime(proto.create_time()),
                     .expire_time = DecodeTime(proto.expire_time())};
}

Event DecodePollClosed(const Proto::PollClosed& proto) {
  PollClosed closed;
  closed.results.reserve(proto.results_size());
  for (const auto& result : proto.results()) {
    closed.results.push_back({result.nomination_id(), result.nomination_text(), result.score()});
  }
  return closed;
}

absl::StatusOr<Event> DecodeEvent(const Proto& proto) {
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
    case Proto::kNominationAdded:
      return NominationAdded{proto.nomination_added().nomination_id(),
                             proto.nomination_added().user_id(), proto.nomination_added().text()};
    case Proto::kNominationRemoved:
      return NominationRemoved{proto.nomination_removed().nomination_id()};
    case Proto::kVotingStarted:
      return VotingStarted{};
    case Proto::kBallotCast:
      return BallotCast{proto.ballot_cast().user_id(),
                        {proto.ballot_cast().nomination_ids().begin(),
                         proto.ballot_cast().nomination_ids().end()}};
    case Proto::kPollClosed:
      return DecodePollClosed(proto.poll_closed());
    case Proto::kPollCancelled:
      return PollCancelled{};
    case Proto::EVENT_NOT_SET:
      break;
  }
  return absl::DataLossError("a commit holds an event that this release does not know");
}

}  // namespace

std::string EncodeEvents(absl::Span<const Event> events) {
  log::v1::Commit commit;
  for (const Event& event : events) std::visit(Encoder{*commit.add_events()}, event);
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
