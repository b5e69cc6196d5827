// The rules of a poll: whether a command may be carried out, and what then happens.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_DOMAIN_DECIDE_H_
#define POLLS_SERVICE_DOMAIN_DECIDE_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// How large one poll may grow. All bounds are inclusive.
struct Limits {
  size_t participants_max = 20'000;
  size_t connections_per_participant_max = 64;  // One more closes the oldest.
  size_t nominations_max = 200;
  size_t nominations_per_participant_max = 20;
  size_t removed_users_max = 20'000;
};

// Returns the events that carry out `command` on `poll` at `now`; none if it is carried out already
// (a repeated AddParticipant or LeavePoll; any of them once the poll is closed). The caller commits
// and applies them all or none.
//
// Every error has a google.rpc.ErrorInfo or BadRequest, as listed in polls_service.proto. Checks
// run in this order: the poll is live, the caller is not removed, is the admin, the phase allows
// it, the rest.
//   kInvalidArgument     text or ballot is wrong.
//   kPermissionDenied    REMOVED_FROM_POLL, ADMIN_REQUIRED.
//   kNotFound            POLL_NOT_FOUND, PARTICIPANT_NOT_FOUND, NOMINATION_NOT_FOUND.
//   kFailedPrecondition  WRONG_STATE, NOT_A_PARTICIPANT, TOO_FEW_NOMINATIONS, ADMIN_NOT_REMOVABLE.
//   kAlreadyExists       NOMINATION_EXISTS, ALREADY_VOTED; ID_TAKEN for a poll or nomination id
//   that
//                        is in use: draw another.
//   kResourceExhausted   LIMIT_REACHED: one of `limits`.
absl::StatusOr<std::vector<Event>> Decide(const Poll& poll, const Command& command, absl::Time now,
                                          const Limits& limits = {});

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_DECIDE_H_
