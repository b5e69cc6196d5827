#include "polls-service/actor/poll_actor.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "absl/time/clock.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/log_interval.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {

namespace {

// Whether nothing is done about the request before the log is used.
bool CanWait(const Request& request) {
  const auto* get = std::get_if<GetRequest>(&request);
  if (get != nullptr) return get->freshness == GetRequest::Freshness::kNewest;
  return std::holds_alternative<CommandRequest>(request);
}

}  // namespace

PollActor::PollActor(std::string poll_id, Environment environment)
    : poll_id_(std::move(poll_id)),
      env_(std::move(environment)),
      last_used_(absl::ToUnixNanos(env_.clock.Now())) {}

bool PollActor::Deliver(Request& request) {
  if (++uses_ > env_.limits.mailbox_requests_max) {
    --uses_;
    return false;
  }
  const bool can_wait = CanWait(request);
  auto taken = std::make_shared<Request>(std::move(request));
  Post([this, taken] { Handle(std::move(*taken)); }, can_wait);
  return true;
}

void PollActor::DropWatch(std::shared_ptr<WatchState> watch) {
  Post([this, watch = std::move(watch)] {
    if (!watchers_.Remove(watch)) return;
    if (watchers_.empty()) subscription_.reset();
    Release(1);
  });
}

void PollActor::EndWatches(absl::Status status, std::function<void()> done) {
  Post([this, status = std::move(status), done = std::move(done)] {
    EndWatches(watchers_.TakeAll(), status);
    done();
  });
}

void PollActor::Sweep() {
  Post([this] { OnSweep(); });
}

// The lambda given to the pool keeps the actor alive for as long as it has messages.
void PollActor::Post(std::function<void()> message, bool can_wait) {
  {
    absl::MutexLock lock(&mutex_);
    mailbox_.push_back(std::move(message));
    const bool waits = can_wait && is_resting_ && mailbox_.size() < env_.limits.commit_commands_max;
    if (is_scheduled_ || waits) return;
    is_scheduled_ = true;
  }
  env_.pool->Post([self = shared_from_this()] { self->Run(); });
}

void PollActor::Run() {
  std::vector<std::function<void()>> messages;
  {
    absl::MutexLock lock(&mutex_);
    messages.swap(mailbox_);
  }
  for (const auto& message : messages) message();
  Advance();
  {
    absl::MutexLock lock(&mutex_);
    is_scheduled_ = !mailbox_.empty();
    is_resting_ = busy_ || gathering_;
    if (!is_scheduled_) return;
  }
  env_.pool->Post([self = shared_from_this()] { self->Run(); });
}

// Comes before the answers: whoever is answered may rely on it.
void PollActor::Release(size_t uses) {
  last_used_ = absl::ToUnixNanos(env_.clock.Now());
  uses_ -= uses;
}

void PollActor::Handle(Request request) {
  if (dead_) {
    env_.host.Redeliver(poll_id_, std::move(request));
    return Release(1);
  }
  std::visit([this](auto&& taken) { Take(std::move(taken)); }, std::move(request));
}

void PollActor::Take(CommandRequest request) { waiting_.push_back(std::move(request)); }

void PollActor::Take(GetRequest request) {
  if (loaded_ && request.freshness == GetRequest::Freshness::kKnown) {
    std::vector<GetRequest> gets;
    gets.push_back(std::move(request));
    return AnswerGets(std::move(gets));
  }
  gets_waiting_.push_back(std::move(request));
}

void PollActor::OnSweep() {
  if (dead_ || watchers_.empty()) return;
  const bool is_due = env_.clock.Now() >= current_time_ + env_.limits.position_check_interval;
  if (read_failed_ || is_due) read_wanted_ = true;
  // Whoever has just come is told first what the read finds that is under way for them.
  if (loaded_ && !busy_ && !read_wanted_ && ExpiresSoon()) NotifyWatchers();
}

void PollActor::Advance() {
  if (busy_ || dead_) return;
  // A poll that expired while it lay here may have a successor of the same id.
  if (loaded_ && env_.clock.Now() >= state_.committed().expire_time) StartOver();
  const bool is_asked =
      !waiting_.empty() || !gets_waiting_.empty() || (!loaded_ && !changes_waiting_.empty());
  if (!loaded_ || stale_) {
    if (is_asked || read_wanted_) return StartRead();
    // Nobody is left who wants it.
    if (!loaded_) Die(PollNotFoundError());
    return;
  }
  const bool is_behind = read_wanted_ || hinted_revision_ > state_.committed().revision;
  if ((!is_asked && !is_behind) || IsGathering()) return;
  if (!waiting_.empty()) return StartBatch();
  StartRead();
}

bool PollActor::IsGathering() {
  if (waiting_.size() >= env_.limits.commit_commands_max) return false;
  const absl::Duration interval = LogInterval(state_.committed().participants.size());
  const absl::Duration left = operation_time_ + interval - absl::Now();
  // It is longer if the machine's clock has been set back.
  if (left <= absl::ZeroDuration() || left > interval) return false;
  if (!gathering_ && !wait_worth_.ShouldWait()) return false;
  if (std::exchange(gathering_, true)) return true;
  env_.pool->PostAfter(left, [self = shared_from_this()] { self->EndGathering(); });
  return true;
}

// Takes a turn on this thread, which is the pool's, unless one is due anyway.
void PollActor::EndGathering() {
  {
    absl::MutexLock lock(&mutex_);
    mailbox_.push_back([this] {
      gathering_ = false;
      wait_worth_.OnWaited(waiting_.size() + gets_waiting_.size());
    });
    if (is_scheduled_) return;
    is_scheduled_ = true;
  }
  Run();
}

// The committed state has just been the newest.
void PollActor::OnCurrent() {
  stale_ = false;
  read_failed_ = false;
  current_time_ = env_.clock.Now();
  NotifyWatchers();
  if (IsGone()) {
    AnswerRepeated();
    return Die(PollNotFoundError());
  }
  AnswerGets(std::exchange(gets_under_way_, {}));
  AnswerChanges();
  StoreSnapshotIfDue();
  if (edges_revision_ != state_.committed().revision) edges_changed_ = true;
}

void PollActor::AnswerGets(std::vector<GetRequest> gets) {
  Release(gets.size());
  for (const GetRequest& get : gets) {
    if (IsGone()) {
      get.Fail(PollNotFoundError());
    } else if (const auto* read = std::get_if<ReadCallback>(&get.done)) {
      (*read)(&state_.committed());
    } else {
      std::get<GetCallback>(get.done)(state_.View());
    }
  }
}

void PollActor::FailAll(const absl::Status& status) {
  FailBatch(status);
  for (auto& gets : {std::exchange(gets_under_way_, {}), std::exchange(gets_waiting_, {})}) {
    Release(gets.size());
    for (const GetRequest& get : gets) get.Fail(status);
  }
  const std::deque<CommandRequest> waiting = std::exchange(waiting_, {});
  Release(waiting.size());
  for (const CommandRequest& request : waiting) request.done(status);
}

// What is known of the poll holds no more: it is gone, has lost commits, or another has its id.
// Whoever asks or watches gets what a fresh look finds.
void PollActor::StartOver() {
  RequeueAll();
  state_ = PollState();
  loaded_ = false;
  stale_ = false;
  read_wanted_ = !watchers_.empty();
  hinted_revision_ = 0;
  watchers_.StartOver();
  snapshot_is_bad_ = false;
  snapshots_.Begin(0);
  edges_revision_ = 0;
  ++history_;
  history_floor_ = 0;
}

void PollActor::Die(const absl::Status& status) {
  dead_ = true;
  env_.host.Forget(*this);
  FailAll(status);
  const std::vector<ChangesRequest> changes = std::exchange(changes_waiting_, {});
  Release(changes.size());
  for (const ChangesRequest& request : changes) request.done(status);
  EndWatches(watchers_.TakeAll(), status);
}

bool PollActor::IsGone() const { return !IsLive(state_.committed(), env_.clock.Now()); }

}  // namespace caucus::polls
