#include "polls-service/actor/poll_actor.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

#include "polls-service/actor/actor_errors.h"
#include "polls-service/domain/errors.h"

namespace caucus::polls {

PollActor::PollActor(std::string poll_id, Environment environment)
    : poll_id_(std::move(poll_id)),
      env_(std::move(environment)),
      last_used_(absl::ToUnixNanos(env_.clock.Now())) {}

bool PollActor::Deliver(Request& request) {
  if (++uses_ > env_.limits.mailbox_requests_max) {
    --uses_;
    return false;
  }
  auto taken = std::make_shared<Request>(std::move(request));
  Post([this, taken] { Handle(std::move(*taken)); });
  return true;
}

void PollActor::DropWatch(std::shared_ptr<WatchState> watch) {
  Post([this, watch = std::move(watch)] {
    if (std::erase_if(watchers_, [&](const Watcher& each) { return each.watch == watch; }) == 0) {
      return;
    }
    if (watchers_.empty()) subscription_.reset();
    Release(1);
  });
}

void PollActor::EndWatches(absl::Status status, std::function<void()> done) {
  Post([this, status = std::move(status), done = std::move(done)] {
    EndAllWatches(status);
    done();
  });
}

void PollActor::Sweep() {
  Post([this] { OnSweep(); });
}

// The lambda given to the pool keeps the actor alive for as long as it has messages.
void PollActor::Post(std::function<void()> message) {
  {
    absl::MutexLock lock(&mutex_);
    mailbox_.push_back(std::move(message));
    if (is_scheduled_) return;
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

void PollActor::Take(WatchRequest request) {
  if (request.watch->has_ended()) return Release(1);
  watchers_.push_back({.watch = std::move(request.watch)});
  // Also for the second watcher: what it is told first is then the newest state.
  read_wanted_ = true;
  if (subscription_ != nullptr) return;
  subscription_ = env_.log.Subscribe(poll_id_, [weak = weak_from_this()](uint64_t revision) {
    const std::shared_ptr<PollActor> self = weak.lock();
    if (self != nullptr) self->Post([self = self.get(), revision] { self->OnHint(revision); });
  });
}

void PollActor::OnHint(uint64_t revision) {
  // A lower one comes late, or the store has lost what was committed.
  const bool is_lower = revision < state_.committed().revision;
  if (revision == PollLog::kUnknownRevision || is_lower) read_wanted_ = true;
  hinted_revision_ = std::max(hinted_revision_, revision);
}

void PollActor::OnSweep() {
  if (dead_ || watchers_.empty()) return;
  const bool is_due = env_.clock.Now() >= current_time_ + env_.limits.position_check_interval;
  if (read_failed_ || is_due) read_wanted_ = true;
}

void PollActor::Advance() {
  if (busy_ || dead_) return;
  // A poll that expired while it lay here may have a successor of the same id.
  if (loaded_ && env_.clock.Now() >= state_.committed().expire_time) StartOver();
  const bool is_asked = !waiting_.empty() || !gets_waiting_.empty();
  if (!loaded_ || stale_) {
    if (is_asked || read_wanted_) return StartRead();
    // Nobody is left who wants it.
    if (!loaded_) Die(PollNotFoundError());
    return;
  }
  if (!waiting_.empty()) return StartBatch();
  if (is_asked || read_wanted_ || hinted_revision_ > state_.committed().revision) StartRead();
}

// Whoever has asked for the newest state up to now is served by the operation that begins now: a
// read, or an append, whose success proves that nothing was missed.
void PollActor::BeginCoverage() {
  read_wanted_ = false;
  hinted_revision_ = 0;
  const absl::Time now = env_.clock.Now();
  for (GetRequest& get : std::exchange(gets_waiting_, {})) {
    if (get.deadline > now) {
      gets_under_way_.push_back(std::move(get));
      continue;
    }
    Release(1);
    get.done(absl::DeadlineExceededError("The deadline passed before the poll was read"));
  }
}

void PollActor::StartRead() {
  busy_ = true;
  BeginCoverage();
  env_.log.Read(poll_id_, state_.position(), env_.clock.Now() + env_.limits.read_timeout,
                [self = shared_from_this()](absl::StatusOr<std::vector<Commit>> commits) {
                  auto taken = std::make_shared<decltype(commits)>(std::move(commits));
                  self->Post([self = self.get(), taken] { self->OnRead(std::move(*taken)); });
                });
}

void PollActor::OnRead(absl::StatusOr<std::vector<Commit>> commits) {
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
}

void PollActor::AnswerGets(std::vector<GetRequest> gets) {
  Release(gets.size());
  for (const GetRequest& get : gets) {
    if (IsGone()) {
      get.done(PollNotFoundError());
    } else {
      get.done(state_.View());
    }
  }
}

void PollActor::NotifyWatchers() {
  const Poll& poll = state_.committed();
  const PollNotice notice = {.kind = poll.phase == Phase::kCancelled ? PollNotice::Kind::kCancelled
                                                                     : PollNotice::Kind::kChanged,
                             .revision = poll.revision,
                             .visible_revision = poll.visible_revision};
  EndWatchesOfOthers();
  for (Watcher& watcher : watchers_) {
    if (watcher.revision == poll.revision && !watcher.starts_over) continue;
    PollNotice own = notice;
    own.starts_over = std::exchange(watcher.starts_over, false);
    watcher.revision = poll.revision;
    watcher.create_time = poll.create_time;
    watcher.watch->Notify(own);
  }
}

// Ends the watches of an earlier poll that had this id.
void PollActor::EndWatchesOfOthers() {
  const absl::Time create_time = state_.committed().create_time;
  std::erase_if(watchers_, [&](const Watcher& watcher) {
    if (watcher.revision == 0 || watcher.create_time == create_time) return false;
    Release(1);
    watcher.watch->Notify({.kind = PollNotice::Kind::kEnded, .status = PollNotFoundError()});
    return true;
  });
  if (watchers_.empty()) subscription_.reset();
}

void PollActor::EndAllWatches(const absl::Status& status) {
  subscription_.reset();
  for (const Watcher& watcher : std::exchange(watchers_, {})) {
    Release(1);
    watcher.watch->Notify({.kind = PollNotice::Kind::kEnded, .status = status});
  }
}

void PollActor::FailAll(const absl::Status& status) {
  FailBatch(status);
  for (auto& gets : {std::exchange(gets_under_way_, {}), std::exchange(gets_waiting_, {})}) {
    Release(gets.size());
    for (const GetRequest& get : gets) get.done(status);
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
  for (Watcher& watcher : watchers_) watcher.starts_over = watcher.revision > 0;
}

void PollActor::Die(const absl::Status& status) {
  dead_ = true;
  env_.host.Forget(*this);
  FailAll(status);
  EndAllWatches(status);
}

bool PollActor::IsGone() const { return !IsLive(state_.committed(), env_.clock.Now()); }

}  // namespace caucus::polls
