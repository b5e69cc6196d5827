// What can happen to a poll. Events are facts: once committed they are applied without any check.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_DOMAIN_EVENT_H_
#define POLLS_SERVICE_DOMAIN_EVENT_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "polls-service/domain/poll.h"
#include "polls-service/tally/count.h"

namespace caucus::polls {

// Always the first event, and only the first.
struct PollCreated {
  std::string poll_id;
  std::string topic;
  uint32_t votes_per_voter = 0;
  std::string admin_id;
  absl::Time create_time;
  absl::Time expire_time;
  CountingRules rules;
  bool ballot_changes_allowed = false;
  std::string request_digest;

  friend bool operator==(const PollCreated&, const PollCreated&) = default;
};

// Followed by the ConnectionOpened of the first connection.
struct ParticipantJoined {
  std::string user_id;
  std::string name;

  friend bool operator==(const ParticipantJoined&, const ParticipantJoined&) = default;
};

struct ConnectionOpened {
  std::string user_id;
  std::string connection_id;
  std::string edge_id;

  friend bool operator==(const ConnectionOpened&, const ConnectionOpened&) = default;
};

struct ConnectionClosed {
  std::string user_id;
  std::string connection_id;

  friend bool operator==(const ConnectionClosed&, const ConnectionClosed&) = default;
};

// Follows the ConnectionClosed of the last connection, while nominating. Never the admin's.
struct ParticipantLeft {
  std::string user_id;

  friend bool operator==(const ParticipantLeft&, const ParticipantLeft&) = default;
};

// The participant is gone with every connection, and banned.
struct ParticipantRemoved {
  std::string user_id;

  friend bool operator==(const ParticipantRemoved&, const ParticipantRemoved&) = default;
};

// A removed user may join again.
struct BanLifted {
  std::string user_id;

  friend bool operator==(const BanLifted&, const BanLifted&) = default;
};

struct NominationAdded {
  std::string nomination_id;
  std::string user_id;
  std::string text;

  friend bool operator==(const NominationAdded&, const NominationAdded&) = default;
};

struct NominationRemoved {
  std::string nomination_id;

  friend bool operator==(const NominationRemoved&, const NominationRemoved&) = default;
};

struct VotingStarted {
  std::string tie_break_seed;

  friend bool operator==(const VotingStarted&, const VotingStarted&) = default;
};

// Replaces the user's earlier ballot, if there is one.
struct BallotCast {
  std::string user_id;
  Ballot ballot;

  friend bool operator==(const BallotCast&, const BallotCast&) = default;
};

// Carries the results, so that they never change whatever becomes of the counting code.
struct PollClosed {
  std::vector<Result> results;
  tally::Count count;

  friend bool operator==(const PollClosed&, const PollClosed&) = default;
};

// Always the last event.
struct PollCancelled {
  friend bool operator==(const PollCancelled&, const PollCancelled&) = default;
};

// The request `request_id` of a user was carried out: by the events before this one in the commit,
// or by none. Changes no poll; RequestAnswers folds it.
struct RequestAnswered {
  std::string user_id;
  std::string request_id;
  uint64_t fingerprint = 0;
  std::string nomination_id;  // Of AddNomination's answer.

  friend bool operator==(const RequestAnswered&, const RequestAnswered&) = default;
};

using Event =
    std::variant<PollCreated, ParticipantJoined, ConnectionOpened, ConnectionClosed,
                 ParticipantLeft, ParticipantRemoved, BanLifted, NominationAdded, NominationRemoved,
                 VotingStarted, BallotCast, PollClosed, PollCancelled, RequestAnswered>;

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_EVENT_H_
