#include "polls-service/domain/decide.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/unicode.h"
#include "polls-service/domain/count_poll.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/field_checks.h"

namespace caucus::polls {
namespace {

constexpr uint32_t kVotesPerVoterMax = 5;
constexpr uint32_t kSeatsMax = 100;

using Events = absl::StatusOr<std::vector<Event>>;

// One method for each command, one check for each sentence of the contract.
class Decider {
 public:
  Decider(const Poll& poll, absl::Time now, const Limits& limits)
      : poll_(poll), now_(now), limits_(limits) {}

  Events operator()(const CreatePoll& command) const {
    if (!poll_.id.empty()) {
      return PollError(absl::StatusCode::kAlreadyExists, "The poll's id is taken", "ID_TAKEN");
    }
    RETURN_IF_ERROR(CheckNumber("votesPerVoter", command.votes_per_voter, kVotesPerVoterMax));
    RETURN_IF_ERROR(CheckNumber("rules.seats", command.rules.seats, kSeatsMax));
    ASSIGN_OR_RETURN(std::string topic, CheckedText("topic", command.topic));
    return std::vector<Event>{PollCreated{.poll_id = command.poll_id,
                                          .topic = std::move(topic),
                                          .votes_per_voter = command.votes_per_voter,
                                          .admin_id = command.admin_id,
                                          .create_time = now_,
                                          .expire_time = command.expire_time,
                                          .rules = command.rules,
                                          .ballot_changes_allowed = command.ballot_changes_allowed,
                                          .request_digest = command.request_digest}};
  }

  Events operator()(const AddParticipant& command) const {
    RETURN_IF_ERROR(CheckCaller(command.user_id));
    // Whoever comes to see the results took no part, and who is connected matters no more.
    if (poll_.phase == Phase::kClosed) return std::vector<Event>{};
    const ConnectionOpened opened{command.user_id, command.connection_id, command.edge_id};
    const auto found = poll_.participants.find(command.user_id);
    if (found == poll_.participants.end()) {
      if (poll_.participants.size() >= limits_.participants_max) {
        return LimitReached("The poll has as many participants as it may have");
      }
      return std::vector<Event>{ParticipantJoined{command.user_id, command.name}, opened};
    }
    return OpenAnother(found->second.connections, opened);
  }

  // Who was removed has left already.
  Events operator()(const LeavePoll& command) const {
    if (!IsLive(poll_, now_)) return PollNotFoundError();
    if (poll_.phase == Phase::kClosed) return std::vector<Event>{};
    const auto found = poll_.participants.find(command.user_id);
    if (found == poll_.participants.end()) return std::vector<Event>{};
    const std::vector<Connection>& connections = found->second.connections;
    if (!IsOpen(connections, command.connection_id)) return std::vector<Event>{};
    std::vector<Event> events{ConnectionClosed{command.user_id, command.connection_id}};
    if (connections.size() == 1 && MayLeave(command.user_id)) {
      events.push_back(ParticipantLeft{command.user_id});
    }
    return events;
  }

  Events operator()(const RemoveParticipant& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    RETURN_IF_ERROR(CheckNominating());
    if (command.user_id == poll_.admin_id) {
      return PollError(absl::StatusCode::kFailedPrecondition, "The admin cannot be removed",
                       "ADMIN_NOT_REMOVABLE");
    }
    if (!poll_.participants.contains(command.user_id)) {
      return PollError(absl::StatusCode::kNotFound, "Participant not found",
                       "PARTICIPANT_NOT_FOUND");
    }
    if (poll_.removed_users.size() >= limits_.removed_users_max) {
      return LimitReached("The poll has as many removed people as it may have");
    }
    return std::vector<Event>{ParticipantRemoved{command.user_id}};
  }

  Events operator()(const LiftBan& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    RETURN_IF_ERROR(CheckNominating());
    if (!poll_.removed_users.contains(command.user_id)) {
      return PollError(absl::StatusCode::kNotFound, "Nobody of this id was removed",
                       "PARTICIPANT_NOT_FOUND");
    }
    return std::vector<Event>{BanLifted{command.user_id}};
  }

  // By user id, so that everybody who decides this decides the same.
  Events operator()(const CloseConnections& command) const {
    if (!IsLive(poll_, now_)) return PollNotFoundError();
    if (poll_.phase == Phase::kClosed) return std::vector<Event>{};
    const std::set<std::string_view> edges(command.edge_ids.begin(), command.edge_ids.end());
    std::map<std::string_view, const Participant*> participants;
    for (const auto& [user_id, participant] : poll_.participants) {
      participants.emplace(user_id, &participant);
    }
    std::vector<Event> events;
    for (const auto& [user_id, participant] : participants) {
      const std::string user(user_id);
      size_t open = participant->connections.size();
      for (const Connection& connection : participant->connections) {
        if (!edges.contains(connection.edge_id)) continue;
        events.push_back(ConnectionClosed{user, connection.connection_id});
        --open;
      }
      if (open == 0 && !participant->connections.empty() && MayLeave(user)) {
        events.push_back(ParticipantLeft{user});
      }
    }
    return events;
  }

  Events operator()(const AddNomination& command) const {
    RETURN_IF_ERROR(CheckCaller(command.caller));
    RETURN_IF_ERROR(CheckNominating());
    RETURN_IF_ERROR(CheckParticipant(command.caller));
    ASSIGN_OR_RETURN(std::string text, CheckedText("text", command.text));
    if (poll_.nomination_by_folded_text.contains(FoldForComparison(text))) {
      return PollError(absl::StatusCode::kAlreadyExists, "This has been nominated already",
                       "NOMINATION_EXISTS");
    }
    if (poll_.nominations.contains(command.nomination_id)) {
      return PollError(absl::StatusCode::kAlreadyExists, "The nomination's id is taken",
                       "ID_TAKEN");
    }
    if (poll_.nominations.size() >= limits_.nominations_max) {
      return LimitReached("The poll has as many nominations as it may have");
    }
    if (NominationsOf(command.caller) >= limits_.nominations_per_participant_max) {
      return LimitReached("The participant has made as many nominations as one may make");
    }
    return std::vector<Event>{
        NominationAdded{command.nomination_id, command.caller, std::move(text)}};
  }

  Events operator()(const RemoveNomination& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    RETURN_IF_ERROR(CheckNominating());
    if (!poll_.nominations.contains(command.nomination_id)) {
      return PollError(absl::StatusCode::kNotFound, "Nomination not found", "NOMINATION_NOT_FOUND");
    }
    return std::vector<Event>{NominationRemoved{command.nomination_id}};
  }

  Events operator()(const StartVote& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    RETURN_IF_ERROR(CheckNominating());
    const uint32_t needed = std::max(poll_.votes_per_voter, poll_.rules.seats);
    if (poll_.nominations.size() < needed) {
      return PollError(absl::StatusCode::kFailedPrecondition,
                       absl::StrCat("Voting needs at least ", needed, " nominations"),
                       "TOO_FEW_NOMINATIONS");
    }
    return std::vector<Event>{VotingStarted{command.tie_break_seed}};
  }

  Events operator()(const SubmitRankings& command) const {
    RETURN_IF_ERROR(CheckCaller(command.caller));
    RETURN_IF_ERROR(CheckVoting());
    RETURN_IF_ERROR(CheckParticipant(command.caller));
    if (!poll_.ballot_changes_allowed && poll_.ballots.contains(command.caller)) {
      return PollError(absl::StatusCode::kAlreadyExists, "The ballot has been cast already",
                       "ALREADY_VOTED");
    }
    RETURN_IF_ERROR(CheckBallot(poll_, command.rankings));
    return std::vector<Event>{BallotCast{command.caller, command.rankings}};
  }

  Events operator()(const ClosePoll& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    RETURN_IF_ERROR(CheckVoting());
    ASSIGN_OR_RETURN(PollClosed closed, CountPoll(poll_));
    return std::vector<Event>{std::move(closed)};
  }

  Events operator()(const CancelPoll& command) const {
    RETURN_IF_ERROR(CheckAdmin(command.caller));
    return std::vector<Event>{PollCancelled{}};
  }

 private:
  static absl::Status LimitReached(std::string_view message) {
    return PollError(absl::StatusCode::kResourceExhausted, message, "LIMIT_REACHED");
  }

  static absl::Status WrongState(std::string_view message) {
    return PollError(absl::StatusCode::kFailedPrecondition, message, "WRONG_STATE");
  }

  // Without its admin a poll could not go on; other people would wait for nobody.
  bool MayLeave(const std::string& user_id) const {
    return poll_.phase == Phase::kNominating && user_id != poll_.admin_id;
  }

  static bool IsOpen(const std::vector<Connection>& connections, std::string_view connection_id) {
    return std::any_of(connections.begin(), connections.end(), [&](const Connection& connection) {
      return connection.connection_id == connection_id;
    });
  }

  // Taking part without a connection stands in for one, so it ends when one opens: else whoever
  // rejoined would stay as a ghost after closing the last tab.
  Events OpenAnother(const std::vector<Connection>& connections,
                     const ConnectionOpened& opened) const {
    if (IsOpen(connections, opened.connection_id)) return std::vector<Event>{};
    if (opened.connection_id.empty() && !connections.empty()) return std::vector<Event>{};
    if (IsOpen(connections, "")) {
      return std::vector<Event>{ConnectionClosed{opened.user_id, ""}, opened};
    }
    // The oldest makes room, as it is the likeliest to be of an edge that died: refused, whoever
    // reloads a page often enough would be locked out until the poll ends.
    if (connections.size() >= limits_.connections_per_participant_max) {
      return std::vector<Event>{ConnectionClosed{opened.user_id, connections.front().connection_id},
                                opened};
    }
    return std::vector<Event>{opened};
  }

  absl::Status CheckCaller(const std::string& caller) const {
    if (!IsLive(poll_, now_)) return PollNotFoundError();
    if (poll_.removed_users.contains(caller)) return RemovedFromPollError();
    return absl::OkStatus();
  }

  absl::Status CheckAdmin(const std::string& caller) const {
    RETURN_IF_ERROR(CheckCaller(caller));
    if (caller == poll_.admin_id) return absl::OkStatus();
    return AdminRequiredError();
  }

  absl::Status CheckNominating() const {
    if (poll_.phase == Phase::kNominating) return absl::OkStatus();
    return WrongState("Voting has already started");
  }

  absl::Status CheckVoting() const {
    if (poll_.phase == Phase::kVoting) return absl::OkStatus();
    return WrongState(poll_.phase == Phase::kNominating ? "Voting has not started"
                                                        : "Voting has ended");
  }

  absl::Status CheckParticipant(const std::string& caller) const {
    if (poll_.participants.contains(caller)) return absl::OkStatus();
    return PollError(absl::StatusCode::kFailedPrecondition, "Not a participant of the poll",
                     "NOT_A_PARTICIPANT");
  }

  size_t NominationsOf(const std::string& user_id) const {
    return std::count_if(
        poll_.nominations.begin(), poll_.nominations.end(),
        [&](const auto& nomination) { return nomination.second.user_id == user_id; });
  }

  const Poll& poll_;
  const absl::Time now_;
  const Limits& limits_;
};

}  // namespace

absl::StatusOr<std::vector<Event>> Decide(const Poll& poll, const Command& command, absl::Time now,
                                          const Limits& limits) {
  return std::visit(Decider(poll, now, limits), command);
}

}  // namespace caucus::polls
