#include "polls-service/domain/apply.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/text/unicode.h"

namespace caucus::polls {
namespace {

class Applier {
 public:
  Applier(Poll& poll, uint64_t revision) : poll_(poll), revision_(revision) {}

  void operator()(const PollCreated& event) const {
    poll_.id = event.poll_id;
    poll_.topic = event.topic;
    poll_.votes_per_voter = event.votes_per_voter;
    poll_.admin_id = event.admin_id;
    poll_.create_time = event.create_time;
    poll_.expire_time = event.expire_time;
    poll_.rules = event.rules;
    poll_.ballot_changes_allowed = event.ballot_changes_allowed;
    poll_.request_digest = event.request_digest;
  }

  void operator()(const ParticipantJoined& event) const {
    poll_.participants.try_emplace(event.user_id, Participant{event.name, {}});
  }

  void operator()(const ConnectionOpened& event) const {
    const auto found = poll_.participants.find(event.user_id);
    if (found == poll_.participants.end()) return;
    found->second.connections.push_back({event.connection_id, event.edge_id});
  }

  void operator()(const ConnectionClosed& event) const {
    const auto found = poll_.participants.find(event.user_id);
    if (found == poll_.participants.end()) return;
    std::erase_if(found->second.connections, [&](const Connection& connection) {
      return connection.connection_id == event.connection_id;
    });
  }

  void operator()(const ParticipantLeft& event) const { poll_.participants.erase(event.user_id); }

  void operator()(const ParticipantRemoved& event) const {
    poll_.participants.erase(event.user_id);
    if (!poll_.removed_users.insert(event.user_id).second) return;
    poll_.removals.push_back({revision_, event.user_id});
  }

  void operator()(const BanLifted& event) const {
    poll_.removed_users.erase(event.user_id);
    std::erase_if(poll_.removals,
                  [&](const Removal& each) { return each.user_id == event.user_id; });
  }

  void operator()(const NominationAdded& event) const {
    const std::string folded_text = FoldForComparison(event.text);
    const uint64_t place = poll_.next_place++;
    const auto [nomination, added] = poll_.nominations.try_emplace(
        event.nomination_id, Nomination{event.user_id, event.text, folded_text, place});
    if (!added) return;
    poll_.nomination_order[place] = event.nomination_id;
    poll_.nomination_by_folded_text[folded_text] = event.nomination_id;
  }

  void operator()(const NominationRemoved& event) const {
    const auto found = poll_.nominations.find(event.nomination_id);
    if (found == poll_.nominations.end()) return;
    poll_.nomination_order.erase(found->second.place);
    poll_.nomination_by_folded_text.erase(found->second.folded_text);
    poll_.nominations.erase(found);
  }

  void operator()(const VotingStarted& event) const {
    poll_.phase = Phase::kVoting;
    poll_.tie_break_seed = event.tie_break_seed;
  }

  void operator()(const BallotCast& event) const {
    poll_.ballots.insert_or_assign(event.user_id, event.ballot);
  }

  void operator()(const PollClosed& event) const {
    poll_.phase = Phase::kClosed;
    poll_.results = event.results;
    poll_.count = event.count;
  }

  void operator()(const PollCancelled&) const {
    Poll cancelled;
    cancelled.id = std::move(poll_.id);
    cancelled.create_time = poll_.create_time;
    cancelled.expire_time = poll_.expire_time;
    cancelled.phase = Phase::kCancelled;
    poll_ = std::move(cancelled);
  }

  void operator()(const RequestAnswered&) const {}

 private:
  Poll& poll_;
  const uint64_t revision_;
};

bool IsVisible(const Event& event) {
  return !std::holds_alternative<ConnectionOpened>(event) &&
         !std::holds_alternative<ConnectionClosed>(event) &&
         !std::holds_alternative<BanLifted>(event) &&
         !std::holds_alternative<RequestAnswered>(event);
}

}  // namespace

void Apply(Poll& poll, const Event& event, uint64_t revision) {
  const uint64_t visible_revision = IsVisible(event) ? revision : poll.visible_revision;
  std::visit(Applier(poll, revision), event);
  poll.revision = revision;
  poll.visible_revision = visible_revision;
}

}  // namespace caucus::polls
