// Pieces are encoded as the events that would make them, and decoded by applying those.

#include "polls-service/log/snapshot_codec.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "caucus/polls/log/v1/snapshot.pb.h"
#include "common/status/status_macros.h"
#include "common/text/unicode.h"
#include "polls-service/domain/apply.h"
#include "polls-service/domain/event.h"
#include "polls-service/log/event_codec.h"

namespace caucus::polls {
namespace {

// To be raised whenever a release folds events into something that this message has no place for.
constexpr uint32_t kVersion = 1;

log::v1::Event ToProto(const Event& event) {
  log::v1::Event proto;
  EncodeEvent(event, proto);
  return proto;
}

void EncodePeople(const Poll& poll, log::v1::Snapshot& proto) {
  for (const auto& [user_id, participant] : poll.participants) {
    auto& added = *proto.add_participants();
    added.set_user_id(user_id);
    added.set_name(participant.name);
    for (const Connection& connection : participant.connections) {
      auto& opened = *added.add_connections();
      opened.set_connection_id(connection.connection_id);
      opened.set_edge_id(connection.edge_id);
    }
  }
  for (const Removal& removal : poll.removals) {
    auto& added = *proto.add_removals();
    added.set_revision(removal.revision);
    added.set_user_id(removal.user_id);
  }
}

void EncodeOptions(const Poll& poll, log::v1::Snapshot& proto) {
  for (const auto& [place, nomination_id] : poll.nomination_order) {
    const Nomination& nomination = poll.nominations.at(nomination_id);
    auto& added = *proto.add_nominations();
    added.set_place(place);
    added.mutable_nomination()->set_nomination_id(nomination_id);
    added.mutable_nomination()->set_user_id(nomination.user_id);
    added.mutable_nomination()->set_text(nomination.text);
  }
  proto.set_next_place(poll.next_place);
  for (const auto& [user_id, ballot] : poll.ballots) {
    *proto.add_ballots() = ToProto(BallotCast{user_id, ballot}).ballot_cast();
  }
}

void DecodePeople(const log::v1::Snapshot& proto, Poll& poll) {
  poll.participants.reserve(proto.participants_size());
  for (const auto& participant : proto.participants()) {
    Participant& added = poll.participants[participant.user_id()];
    added.name = participant.name();
    for (const auto& connection : participant.connections()) {
      added.connections.push_back({connection.connection_id(), connection.edge_id()});
    }
  }
  for (const auto& removal : proto.removals()) {
    poll.removals.push_back({removal.revision(), removal.user_id()});
    poll.removed_users.insert(removal.user_id());
  }
}

void DecodeOptions(const log::v1::Snapshot& proto, Poll& poll) {
  for (const auto& each : proto.nominations()) {
    const std::string& nomination_id = each.nomination().nomination_id();
    const std::string& text = each.nomination().text();
    const std::string folded_text = FoldForComparison(text);
    poll.nomination_order[each.place()] = nomination_id;
    poll.nomination_by_folded_text[folded_text] = nomination_id;
    poll.nominations[nomination_id] = {each.nomination().user_id(), text, folded_text,
                                       each.place()};
  }
  poll.next_place = proto.next_place();
  poll.ballots.reserve(proto.ballots_size());
  for (const auto& cast : proto.ballots()) {
    poll.ballots[cast.user_id()].assign(cast.nomination_ids().begin(), cast.nomination_ids().end());
  }
}

absl::Status DecodeResults(const log::v1::Snapshot& proto, Poll& poll) {
  poll.phase = static_cast<Phase>(proto.phase());
  poll.tie_break_seed = proto.tie_break_seed();
  if (!proto.has_closed()) return absl::OkStatus();
  log::v1::Event event;
  *event.mutable_poll_closed() = proto.closed();
  ASSIGN_OR_RETURN(const Event closed, DecodeEvent(event));
  Apply(poll, closed, proto.revision());
  return absl::OkStatus();
}

}  // namespace

std::string EncodeSnapshot(const Poll& poll, const RequestAnswers& answers) {
  log::v1::Snapshot proto;
  proto.set_version(kVersion);
  *proto.mutable_created() =
      ToProto(PollCreated{.poll_id = poll.id,
                          .topic = poll.topic,
                          .votes_per_voter = poll.votes_per_voter,
                          .admin_id = poll.admin_id,
                          .create_time = poll.create_time,
                          .expire_time = poll.expire_time,
                          .rules = poll.rules,
                          .ballot_changes_allowed = poll.ballot_changes_allowed,
                          .request_digest = poll.request_digest})
          .poll_created();
  proto.set_phase(static_cast<uint32_t>(poll.phase));
  EncodePeople(poll, proto);
  EncodeOptions(poll, proto);
  proto.set_tie_break_seed(poll.tie_break_seed);
  if (poll.phase == Phase::kClosed) {
    *proto.mutable_closed() = ToProto(PollClosed{poll.results, poll.count}).poll_closed();
  }
  proto.set_revision(poll.revision);
  proto.set_visible_revision(poll.visible_revision);
  for (const RequestAnswer& answer : answers.answers()) {
    auto& added = *proto.add_answers();
    *added.mutable_request() = ToProto(answer.request).request_answered();
    added.set_revision(answer.revision);
    added.set_visible_revision(answer.visible_revision);
  }
  return proto.SerializeAsString();
}

absl::StatusOr<Folded> DecodeSnapshot(std::string_view payload) {
  log::v1::Snapshot proto;
  if (!proto.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) {
    return absl::DataLossError("a snapshot's payload is not a caucus.polls.log.v1.Snapshot");
  }
  if (proto.version() != kVersion) {
    return absl::DataLossError("a snapshot has a form that this release does not know");
  }
  Folded folded;
  log::v1::Event created;
  *created.mutable_poll_created() = proto.created();
  ASSIGN_OR_RETURN(const Event first, DecodeEvent(created));
  Apply(folded.poll, first, 1);
  DecodePeople(proto, folded.poll);
  DecodeOptions(proto, folded.poll);
  RETURN_IF_ERROR(DecodeResults(proto, folded.poll));
  folded.poll.revision = proto.revision();
  folded.poll.visible_revision = proto.visible_revision();
  for (const auto& answer : proto.answers()) {
    log::v1::Event event;
    *event.mutable_request_answered() = answer.request();
    ASSIGN_OR_RETURN(const Event request, DecodeEvent(event));
    folded.answers.Remember({.request = std::get<RequestAnswered>(request),
                             .revision = answer.revision(),
                             .visible_revision = answer.visible_revision()});
  }
  return folded;
}

}  // namespace caucus::polls
