// Creating a poll: the first commit of its log. Needs no actor, because there is no state yet.

#ifndef POLLS_SERVICE_ACTOR_POLL_CREATION_H_
#define POLLS_SERVICE_ACTOR_POLL_CREATION_H_

#include <memory>

#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/actor/actor_limits.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/actor/task_pool.h"
#include "polls-service/domain/command.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Decides `command` and stores its events; `done` as PollActors::Create, on one of the pool's
// threads or before the call returns.
//
// Thread-safe: a free function. `log` and `clock` outlive the operation.
void CreatePollLog(PollLog& log, const Clock& clock, const std::shared_ptr<TaskPool>& pool,
                   const CreatePoll& command, absl::Time deadline, const ActorLimits& limits,
                   ExecuteCallback done);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_CREATION_H_
