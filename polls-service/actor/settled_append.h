// An append whose outcome is found out, even if the store's answers are lost.

#ifndef POLLS_SERVICE_ACTOR_SETTLED_APPEND_H_
#define POLLS_SERVICE_ACTOR_SETTLED_APPEND_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/actor/task_pool.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

struct AppendPatience {
  absl::Duration attempt_timeout = absl::Seconds(2);  // Of one operation of the log.
  absl::Duration backoff_min = absl::Milliseconds(10);
  absl::Duration backoff_max = absl::Milliseconds(500);
};

// Appends `commit`, exactly once: when the outcome of an attempt is unknown, reads whether it is
// stored, and if it is not tries again, with the same commit id, until `deadline`. Calls `done`
// once.
//   OK, kAlreadyExists, kAborted, kNotFound, kUnavailable, kDataLoss  as PollLog::Append: certain.
//   kUnknown  it could not be found out before `deadline`, or because the log was damaged
//             meanwhile: it may be stored, or still become so.
//
// Thread-safe: a free function. `log` and `clock` outlive the operation. Once `pool` is stopped
// `done` may never be called.
void AppendSettled(PollLog& log, const Clock& clock, std::shared_ptr<TaskPool> pool,
                   std::string poll_id, PollLog::NewCommit commit, absl::Time deadline,
                   const AppendPatience& patience, PollLog::AppendCallback done);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_SETTLED_APPEND_H_
