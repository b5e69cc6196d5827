// How a PollActor tells its watchers that the poll has changed, and what.

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/status/status_macros.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/poll_actor.h"
#include "polls-service/domain/errors.h"
#include "polls-service/domain/event.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

void PollActor::Take(WatchRequest request) {
  if (request.watch->has_ended()) return Release(1);
  watchers_.Add(std::move(request.watch));
  // Also for the second watcher: what it is told first is then the newest state.
  read_wanted_ = true;
  if (subscription_ != nullptr) return;
  subscription_ = env_.log.Subscribe(poll_id_, [weak = weak_from_this()](uint64_t revision) {
    const std::shared_ptr<PollActor> self = weak.lock();
    if (self == nullptr) return;
    self->Post([self = self.get(), revision] { self->OnHint(revision); }, /*can_wait=*/true);
  });
}

void PollActor::OnHint(uint64_t revision) {
  // A lower one comes late, or the store has lost what was committed.
  const bool is_lower = revision < state_.committed().revision;
  if (revision == PollLog::kUnknownRevision || is_lower) read_wanted_ = true;
  hinted_revision_ = std::max(hinted_revision_, revision);
}

void PollActor::NotifyWatchers() {
  const Poll& poll = state_.committed();
  EndWatches(watchers_.TakeOthers(poll.create_time), PollNotFoundError());
  watchers_.Tell({.kind = poll.phase == Phase::kCancelled ? PollNotice::Kind::kCancelled
                                                          : PollNotice::Kind::kChanged,
                  .revision = poll.revision,
                  .visible_revision = poll.visible_revision,
                  .people = poll.participants.size(),
                  .expire_time = poll.expire_time,
                  .expires_soon = ExpiresSoon()},
                 poll.create_time);
}

void PollActor::EndWatches(const Watchers::Ended& ended, const absl::Status& status) {
  if (watchers_.empty()) subscription_.reset();
  Release(ended.size());
  for (const auto& watch : ended) {
    watch->Notify({.kind = PollNotice::Kind::kEnded, .status = status});
  }
}

bool PollActor::ExpiresSoon() const {
  const Poll& poll = state_.committed();
  const absl::Duration life = poll.expire_time - poll.create_time;
  return env_.clock.Now() >= poll.expire_time - std::min(env_.limits.expiry_warning, life / 10);
}

void PollActor::Take(ChangesRequest request) {
  changes_waiting_.push_back(std::move(request));
  AnswerChanges();
}

// Those whose changes are worth a look into the log wait for it.
void PollActor::AnswerChanges() {
  if (!loaded_) return;
  std::vector<ChangesRequest> waiting;
  uint64_t oldest = state_.committed().revision;
  for (ChangesRequest& request : std::exchange(changes_waiting_, {})) {
    if (IsGone() || !IsInHistory(request.after)) {
      AnswerChanges(request);
      continue;
    }
    oldest = std::min(oldest, request.after);
    waiting.push_back(std::move(request));
  }
  changes_waiting_ = std::move(waiting);
  if (!changes_waiting_.empty() && !history_busy_) StartHistoryRead(oldest);
}

void PollActor::AnswerChanges(const ChangesRequest& request) {
  Release(1);
  if (IsGone()) return request.done(PollNotFoundError());
  ChangesAnswer answer;
  if (request.after > 0) answer.changes = state_.changes().Since(request.after);
  const bool is_needed = answer.changes == nullptr || request.state == StateWanted::kAlways;
  if (is_needed) answer.state = state_.View();
  request.done(std::move(answer));
}

bool PollActor::IsInHistory(uint64_t after) {
  return after > history_floor_ && after < state_.changes().known_after() &&
         state_.committed().revision - after <= env_.limits.history_commits_max;
}

void PollActor::StartHistoryRead(uint64_t after) {
  history_busy_ = true;
  env_.log.Read(poll_id_, {.revision = after}, env_.clock.Now() + env_.limits.read_timeout,
                [self = shared_from_this(), after, known = state_.position(),
                 history = history_](absl::StatusOr<std::vector<Commit>> commits) {
                  auto read = std::make_shared<decltype(commits)>(std::move(commits));
                  self->Post([self = self.get(), after, known, history, read] {
                    self->history_busy_ = false;
                    // What was known then may hold no more.
                    if (history != self->history_) return self->AnswerChanges();
                    self->OnHistory(after, read->ok() ? self->TakeHistory(after, known, **read)
                                                      : read->status());
                  });
                });
}

void PollActor::OnHistory(uint64_t after, const absl::Status& status) {
  if (status.ok()) return AnswerChanges();
  // Another look would not find more; after an error of the store, perhaps the next watcher's.
  if (!absl::IsUnavailable(status)) history_floor_ = std::max(history_floor_, after);
  for (const ChangesRequest& request : std::exchange(changes_waiting_, {})) AnswerChanges(request);
}

// `known` was committed when the read began.
absl::Status PollActor::TakeHistory(uint64_t after, const PollLog::Position& known,
                                    const std::vector<Commit>& commits) {
  const uint64_t known_after = state_.changes().known_after();
  if (after >= known_after) return absl::OkStatus();
  std::vector<std::pair<uint64_t, std::vector<Event>>> events;
  bool is_of_this_history = false;
  for (const Commit& commit : commits) {
    is_of_this_history |= commit.revision == known.revision && commit.commit_id == known.commit_id;
    if (commit.revision > known_after) continue;
    ASSIGN_OR_RETURN(std::vector<Event> decoded, DecodeEvents(commit.payload));
    events.emplace_back(commit.revision, std::move(decoded));
  }
  if (!is_of_this_history) return absl::DataLossError("the log has another history");
  if (!state_.changes().Prepend(after, events, state_.committed())) {
    return absl::ResourceExhaustedError("the changes do not fit into memory");
  }
  return absl::OkStatus();
}

}  // namespace caucus::polls
