// What bounds the work on one poll.

#ifndef POLLS_SERVICE_ACTOR_ACTOR_LIMITS_H_
#define POLLS_SERVICE_ACTOR_ACTOR_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "polls-service/actor/settled_append.h"
#include "polls-service/domain/decide.h"

namespace caucus::polls {

struct ActorLimits {
  Limits poll;
  size_t mailbox_requests_max = 20'000;  // Unanswered requests of one poll, watches included.
  size_t commit_commands_max = 256;      // Commands in one commit.
  absl::Duration read_timeout = absl::Seconds(5);
  // How long an append is settled, whatever the deadlines of its commands: one that is in a hurry
  // must not fail the others.
  // Less than callers usually wait (the edge: 5 s), so that they hear that the outcome is unknown.
  absl::Duration append_timeout = absl::Seconds(4);
  AppendPatience patience;
  // How long a cancelled poll's log stays, so that every watcher hears of it.
  absl::Duration cancelled_retention = absl::Minutes(1);
  // A watched poll of which nothing was heard for so long is read again, whatever pub/sub says.
  absl::Duration position_check_interval = absl::Seconds(30);
  absl::Duration snapshot_timeout = absl::Seconds(10);
  // How many commits are read at most to tell a watcher what it has missed.
  uint64_t history_commits_max = 20'000;
  // How long before a poll expires its watchers hear of it; at most a tenth of its life.
  absl::Duration expiry_warning = absl::Minutes(5);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_ACTOR_LIMITS_H_
