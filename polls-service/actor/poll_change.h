// What people see change in a poll, as short as it can be said.

#ifndef POLLS_SERVICE_ACTOR_POLL_CHANGE_H_
#define POLLS_SERVICE_ACTOR_POLL_CHANGE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// A BallotCast without what must not be told.
struct Voted {
  std::string user_id;

  friend bool operator==(const Voted&, const Voted&) = default;
};

// A PollClosed without the count.
struct ResultsKnown {
  std::shared_ptr<const std::vector<Result>> results;
  std::string tie_break_seed;
};

using PollChange =
    std::variant<ParticipantJoined, ParticipantLeft, ParticipantRemoved, NominationAdded,
                 NominationRemoved, VotingStarted, Voted, ResultsKnown>;

// What has changed after `previous_revision`, up to and with `revision`, in order.
//
// Thread-compatible: shared as const.
struct PollChanges {
  uint64_t previous_revision = 0;
  uint64_t revision = 0;
  std::vector<PollChange> changes;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_CHANGE_H_
