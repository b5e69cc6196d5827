// How a PollActor reads its log, and spares the next to do so.

#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/poll_actor.h"
#include "polls-service/actor/present_edges.h"
#include "polls-service/domain/errors.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/snapshot_codec.h"

namespace caucus::polls {
namespace {

// More edges of one poll than so many are not looked after: only made up ids can be so many.
constexpr size_t kPollEdgesMax = 256;

}  // namespace

// Whoever has asked for the newest state up to now is served by the operation that begins now: a
// read, or an append, whose success proves that nothing was missed.
void PollActor::BeginCoverage() {
  read_wanted_ = false;
  hinted_revision_ = 0;
  operation_time_ = absl::Now();
  const absl::Time now = env_.clock.Now();
  for (GetRequest& get : std::exchange(gets_waiting_, {})) {
    if (get.deadline > now) {
      gets_under_way_.push_back(std::move(get));
      continue;
    }
    Release(1);
    get.Fail(absl::DeadlineExceededError("The deadline passed before the poll was read"));
  }
}

void PollActor::StartRead() {
  if (!loaded_ && !snapshot_is_bad_) return StartLoad();
  busy_ = true;
  BeginCoverage();
  env_.log.Read(poll_id_, state_.position(), env_.clock.Now() + env_.limits.read_timeout,
                [self = shared_from_this()](absl::StatusOr<std::vector<Commit>> commits) {
                  auto taken = std::make_shared<decltype(commits)>(std::move(commits));
                  self->Post([self = self.get(), taken] { self->OnRead(std::move(*taken)); });
                });
}

void PollActor::StartLoad() {
  busy_ = true;
  BeginCoverage();
  env_.log.Load(poll_id_, env_.clock.Now() + env_.limits.read_timeout,
                [self = shared_from_this()](absl::StatusOr<PollLog::Loaded> loaded) {
                  auto taken = std::make_shared<decltype(loaded)>(std::move(loaded));
                  self->Post([self = self.get(), taken] { self->OnLoad(std::move(*taken)); });
                });
}

void PollActor::OnLoad(absl::StatusOr<PollLog::Loaded> loaded) {
  if (!loaded.ok()) return OnRead(loaded.status());
  if (loaded->snapshot) {
    if (!state_.Restore(poll_id_, *loaded->snapshot).ok()) {
      // The log itself has all of it.
      busy_ = false;
      snapshot_is_bad_ = true;
      read_wanted_ = true;
      return RequeueAll();
    }
    snapshots_.Begin(loaded->snapshot->position.revision);
  }
  OnRead(std::move(loaded->commits));
}

void PollActor::OnRead(const absl::StatusOr<std::vector<Commit>>& commits) {
  busy_ = false;
  if (absl::IsNotFound(commits.status())) {
    if (!loaded_) return Die(PollNotFoundError());
    return StartOver();
  }
  absl::Status status = commits.status();
  if (status.ok()) status = state_.Apply(*commits);
  if (absl::IsDataLoss(status)) return Die(DamagedLogError());
  if (!status.ok()) {
    if (!loaded_) return Die(StoreUnavailableError());
    read_failed_ = true;
    return FailAll(StoreUnavailableError());
  }
  loaded_ = true;
  if (!batch_.empty()) {
    // The batch caused no event. Its answers hold if nothing has happened since they were decided.
    if (commits->empty()) {
      AnswerBatch();
    } else {
      RequeueBatch();
    }
  }
  OnCurrent();
}

std::shared_ptr<const std::vector<std::string>> PollActor::Edges() {
  if (edges_changed_.exchange(false)) Post([this] { ListEdges(); });
  absl::MutexLock lock(&mutex_);
  return edges_;
}

void PollActor::ListEdges() {
  edges_revision_ = state_.committed().revision;
  auto edges = std::make_shared<const std::vector<std::string>>(
      PresentEdges(state_.committed(), kPollEdgesMax));
  absl::MutexLock lock(&mutex_);
  edges_ = std::move(edges);
}

// Encoding costs as much as the poll is large, so it happens beside the turns.
void PollActor::StoreSnapshotIfDue() {
  const Poll& poll = state_.committed();
  if (!snapshots_.IsDue(poll.revision, poll.participants.size())) return;
  snapshots_.OnAttempt(poll.revision);
  env_.pool->Post([self = shared_from_this(), poll = state_.View(), answers = state_.answers(),
                   position = state_.position()] {
    const auto& env = self->env_;
    env.log.StoreSnapshot(self->poll_id_, {position, EncodeSnapshot(*poll, answers)},
                          env.clock.Now() + env.limits.snapshot_timeout,
                          [self](const absl::Status& status) {
                            self->Post([self = self.get(), is_stored = status.ok()] {
                              if (is_stored) return self->snapshots_.OnStored();
                              self->snapshots_.OnFailed();
                            });
                          });
  });
}

}  // namespace caucus::polls
