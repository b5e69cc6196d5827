#include "polls-service/actor/poll_creation.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/commit_id.h"
#include "polls-service/actor/settled_append.h"
#include "polls-service/domain/decide.h"
#include "polls-service/log/event_codec.h"

namespace caucus::polls {
namespace {

absl::Status CreationError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kAborted:
      return PollError(absl::StatusCode::kAlreadyExists, "The poll's id is taken", "ID_TAKEN");
    case absl::StatusCode::kDataLoss:
      return DamagedLogError();
    case absl::StatusCode::kUnknown:
      return OutcomeUnknownError();
    default:
      return StoreUnavailableError();
  }
}

}  // namespace

void CreatePollLog(PollLog& log, const Clock& clock, const std::shared_ptr<TaskPool>& pool,
                   const CreatePoll& command, absl::Time deadline, const ActorLimits& limits,
                   ExecuteCallback done) {
  const absl::Time now = clock.Now();
  absl::StatusOr<std::vector<Event>> events = Decide(Poll(), command, now, limits.poll);
  if (!events.ok()) return done(events.status());
  PollLog::NewCommit commit = {.commit_id = NewCommitId(),
                               .payload = EncodeEvents(*events),
                               .expire_time = command.expire_time};
  AppendSettled(log, clock, pool, command.poll_id, std::move(commit),
                std::min(deadline, now + limits.append_timeout), limits.patience,
                [pool, events = *std::move(events), done = std::move(done)](absl::Status status) {
                  pool->Post([status, events, done] {
                    if (!status.ok()) return done(CreationError(status));
                    done(Outcome{.revision = 1, .visible_revision = 1, .events = events});
                  });
                });
}

}  // namespace caucus::polls
