// How a PollActor decides commands and commits them.

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "common/status/status_macros.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/commit_id.h"
#include "polls-service/actor/poll_actor.h"
#include "polls-service/actor/settled_append.h"
#include "polls-service/domain/decide.h"
#include "polls-service/domain/request_answers.h"
#include "polls-service/log/event_codec.h"

namespace caucus::polls {
namespace {

absl::StatusOr<Outcome> RepeatedOutcome(const RequestAnswer& answer, const RequestKey& key) {
  if (answer.request.fingerprint != key.fingerprint) return RequestIdReusedError();
  return Outcome{.revision = answer.revision,
                 .visible_revision = answer.visible_revision,
                 .nomination_id = answer.request.nomination_id};
}

}  // namespace

void PollActor::StartBatch() {
  if (!IsCountDue()) return DecideAndAppend();
  // In a task of the pool's of its own, for it takes long: what this turn has answered goes before,
  // and another thread looks after the timers.
  busy_ = true;
  Post([this] {
    busy_ = false;
    if (loaded_ && !stale_) DecideAndAppend();
  });
}

bool PollActor::IsCountDue() const {
  const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(
                                          waiting_.size(), env_.limits.commit_commands_max));
  return std::any_of(waiting_.begin(), end, [](const CommandRequest& request) {
    return std::holds_alternative<ClosePoll>(request.command);
  });
}

void PollActor::DecideAndAppend() {
  DecideBatch();
  if (batch_.empty()) return Advance();
  if (state_.staged().empty()) return StartRead();
  StartAppend();
}

void PollActor::DecideBatch() {
  const absl::Time now = env_.clock.Now();
  while (!waiting_.empty() && batch_.size() < env_.limits.commit_commands_max) {
    CommandRequest request = std::move(waiting_.front());
    waiting_.pop_front();
    if (request.deadline <= now) {
      Release(1);
      request.done(absl::DeadlineExceededError("The deadline passed before the command's turn"));
      continue;
    }
    absl::StatusOr<Outcome> outcome = DecideOne(request, now);
    batch_.push_back({std::move(request), std::move(outcome)});
  }
}

// Decides again nothing that has been carried out, or will be with what is staged.
absl::StatusOr<Outcome> PollActor::DecideOne(const CommandRequest& request, absl::Time now) {
  if (const RequestAnswer* answer = state_.AnswerTo(request.key)) {
    return RepeatedOutcome(*answer, request.key);
  }
  ASSIGN_OR_RETURN(std::vector<Event> events,
                   Decide(state_.pending(), request.command, now, env_.limits.poll));
  Outcome outcome;
  if (const auto* command = std::get_if<AddNomination>(&request.command)) {
    outcome.nomination_id = command->nomination_id;
  }
  state_.Stage(events);
  // What changed nothing is not worth a commit: it may be decided again.
  if (!request.key.request_id.empty() && !events.empty()) {
    state_.Stage({RequestAnswered{.user_id = request.key.user_id,
                                  .request_id = request.key.request_id,
                                  .fingerprint = request.key.fingerprint,
                                  .nomination_id = outcome.nomination_id}});
  }
  outcome.revision = state_.pending().revision;
  outcome.visible_revision = state_.pending().visible_revision;
  outcome.events = std::move(events);
  return outcome;
}

void PollActor::StartAppend() {
  busy_ = true;
  BeginCoverage();
  const absl::Time now = env_.clock.Now();
  absl::Time expire_time = state_.pending().expire_time;
  if (state_.pending().phase == Phase::kCancelled) {
    expire_time = std::min(expire_time, now + env_.limits.cancelled_retention);
  }
  const std::string commit_id = NewCommitId();
  AppendSettled(
      env_.log, env_.clock, env_.pool, poll_id_,
      {.expected = state_.position(),
       .commit_id = commit_id,
       .payload = EncodeEvents(state_.staged()),
       .expire_time = expire_time},
      now + env_.limits.append_timeout, env_.limits.patience,
      [self = shared_from_this(), commit_id](absl::Status status) {
        self->Post([self = self.get(), status, commit_id] { self->OnAppended(status, commit_id); });
      });
}

void PollActor::OnAppended(const absl::Status& status, const std::string& commit_id) {
  busy_ = false;
  if (status.ok()) {
    state_.CommitStaged(commit_id);
    AnswerBatch();
    return OnCurrent();
  }
  state_.DropStaged();
  switch (status.code()) {
    case absl::StatusCode::kAborted:
      stale_ = true;
      return RequeueAll();
    case absl::StatusCode::kNotFound:
      return StartOver();
    case absl::StatusCode::kUnavailable:
      read_failed_ = true;
      return FailAll(StoreUnavailableError());
    default:
      stale_ = true;
      read_failed_ = true;
      FailBatch(absl::IsDataLoss(status) ? DamagedLogError() : OutcomeUnknownError());
      return RequeueAll();
  }
}

// Back to where they came from, in the same order.
void PollActor::RequeueBatch() {
  std::for_each(batch_.rbegin(), batch_.rend(),
                [this](Decided& decided) { waiting_.push_front(std::move(decided.request)); });
  batch_.clear();
}

void PollActor::RequeueAll() {
  RequeueBatch();
  std::move(gets_under_way_.begin(), gets_under_way_.end(), std::back_inserter(gets_waiting_));
  gets_under_way_.clear();
}

void PollActor::AnswerBatch() {
  std::vector<Decided> batch = std::exchange(batch_, {});
  Release(batch.size());
  for (Decided& decided : batch) decided.request.done(std::move(decided.outcome));
}

// A poll that is cancelled still knows what it has answered.
void PollActor::AnswerRepeated() {
  std::deque<CommandRequest> others;
  for (CommandRequest& request : std::exchange(waiting_, {})) {
    const RequestAnswer* answer = state_.AnswerTo(request.key);
    if (answer == nullptr) {
      others.push_back(std::move(request));
      continue;
    }
    Release(1);
    request.done(RepeatedOutcome(*answer, request.key));
  }
  waiting_ = std::move(others);
}

void PollActor::FailBatch(const absl::Status& status) {
  const std::vector<Decided> batch = std::exchange(batch_, {});
  Release(batch.size());
  for (const Decided& decided : batch) decided.request.done(status);
}

}  // namespace caucus::polls
