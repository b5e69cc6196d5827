// What people ask of a poll. `caller` and `user_id` come from a verified token, ids from the id
// generator: the domain draws neither time nor chance.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_DOMAIN_COMMAND_H_
#define POLLS_SERVICE_DOMAIN_COMMAND_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Creates a poll whose admin is `admin_id`.
struct CreatePoll {
  std::string poll_id;
  std::string topic;
  uint32_t votes_per_voter = 0;
  std::string admin_id;
  absl::Time expire_time;
  CountingRules rules;
  bool ballot_changes_allowed = false;
  std::string request_digest;  // See Poll::request_digest.
};

// Makes the user a participant, present through one connection. Idempotent.
struct AddParticipant {
  std::string user_id;
  std::string name;
  std::string connection_id;
  std::string edge_id;
};

// Ends one connection of the user. Idempotent.
struct LeavePoll {
  std::string user_id;
  std::string connection_id;
};

// Removes and bans `user_id`.
struct RemoveParticipant {
  std::string caller;
  std::string user_id;
};

// Lets the removed user `user_id` join again.
struct LiftBan {
  std::string caller;
  std::string user_id;
};

// Closes the connections that edges held which are gone. Asked by the service itself.
struct CloseConnections {
  std::vector<std::string> edge_ids;
};

// Adds the option `text` under the new id `nomination_id`.
struct AddNomination {
  std::string caller;
  std::string nomination_id;
  std::string text;
};

struct RemoveNomination {
  std::string caller;
  std::string nomination_id;
};

struct StartVote {
  std::string caller;
  std::string tie_break_seed;  // Drawn by the service, unguessable.
};

// Casts the caller's ballot, or replaces it.
struct SubmitRankings {
  std::string caller;
  Ballot rankings;
};

struct ClosePoll {
  std::string caller;
};

struct CancelPoll {
  std::string caller;
};

using Command = std::variant<CreatePoll, AddParticipant, LeavePoll, RemoveParticipant, LiftBan,
                             CloseConnections, AddNomination, RemoveNomination, StartVote,
                             SubmitRankings, ClosePoll, CancelPoll>;

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_COMMAND_H_
