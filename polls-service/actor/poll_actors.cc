#include "polls-service/actor/poll_actors.h"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "common/text/absl_view.h"
#include "polls-service/actor/actor_errors.h"
#include "polls-service/actor/poll_creation.h"
#include "polls-service/actor/watch_state.h"
#include "polls-service/leases/edge_lease_watch.h"

namespace caucus::polls {

// Counts a call whose answer Drain waits for; answers it itself while draining.
template <typename Done>
bool PollActors::Admit(const Done& done) {
  {
    absl::MutexLock lock(&mutex_);
    if (!draining_) {
      ++unanswered_;
      return true;
    }
  }
  done(DrainingError());
  return false;
}

// Returns a callback that answers what was admitted.
template <typename Answer>
std::function<void(Answer)> PollActors::Finishing(std::function<void(Answer)> done) {
  return [this, done = std::move(done)](Answer answer) {
    done(std::move(answer));
    Finish();
  };
}

class PollActors::Watching : public PollWatch {
 public:
  Watching(PollActors& actors, std::string_view poll_id, std::shared_ptr<WatchState> state)
      : actors_(actors), poll_id_(poll_id), state_(std::move(state)) {}

  ~Watching() override {
    state_->End();
    if (const auto actor = actors_.Find(poll_id_)) actor->DropWatch(state_);
  }

  void Get(GetCallback done) override {
    if (!actors_.Admit(done)) return;
    actors_.Deliver(poll_id_, GetRequest{.freshness = GetRequest::Freshness::kKnown,
                                         .deadline = absl::InfiniteFuture(),
                                         .done = actors_.Finishing(std::move(done))});
  }

  void GetChanges(uint64_t after, StateWanted state, ChangesCallback done) override {
    if (!actors_.Admit(done)) return;
    actors_.Deliver(
        poll_id_,
        ChangesRequest{.after = after, .state = state, .done = actors_.Finishing(std::move(done))});
  }

 private:
  PollActors& actors_;
  const std::string poll_id_;
  const std::shared_ptr<WatchState> state_;
};

PollActors::PollActors(PollLog& log, const Clock& clock, Options options)
    : log_(log),
      clock_(clock),
      options_(std::move(options)),
      pool_(std::make_shared<TaskPool>(options_.threads, options_.run_turn)),
      reaper_(options_.leases == nullptr ? nullptr : NewReaper()) {
  ScheduleSweep();
  ScheduleObservation();
}

PollActors::~PollActors() {
  Drain(absl::InfiniteFuture());
  pool_->Stop();
}

void PollActors::Finish() {
  absl::MutexLock lock(&mutex_);
  --unanswered_;
}

void PollActors::Create(CreatePoll command, absl::Time deadline, ExecuteCallback done) {
  if (!Admit(done)) return;
  CreatePollLog(log_, clock_, pool_, std::move(command), deadline, options_.limits,
                Finishing(std::move(done)));
}

void PollActors::Execute(std::string_view poll_id, Command command, absl::Time deadline,
                         ExecuteCallback done) {
  Execute(poll_id, std::move(command), {}, deadline, std::move(done));
}

void PollActors::Execute(std::string_view poll_id, Command command, RequestKey key,
                         absl::Time deadline, ExecuteCallback done) {
  if (!Admit(done)) return;
  Deliver(poll_id, CommandRequest{.command = std::move(command),
                                  .key = std::move(key),
                                  .deadline = deadline,
                                  .done = Finishing(std::move(done))});
}

void PollActors::Get(std::string_view poll_id, absl::Time deadline, GetCallback done) {
  if (!Admit(done)) return;
  Deliver(poll_id, GetRequest{.deadline = deadline, .done = Finishing(std::move(done))});
}

void PollActors::Read(std::string_view poll_id, absl::Time deadline, ReadCallback done) {
  if (!Admit(done)) return;
  Deliver(poll_id, GetRequest{.deadline = deadline, .done = Finishing(std::move(done))});
}

std::unique_ptr<PollWatch> PollActors::Watch(std::string_view poll_id, PollObserver observer) {
  auto state = std::make_shared<WatchState>(std::move(observer));
  auto watching = std::make_unique<Watching>(*this, poll_id, state);
  Deliver(poll_id, WatchRequest{std::move(state)});
  return watching;
}

// The actor is used from the moment it is found, so that no sweep comes in between.
void PollActors::Deliver(std::string_view poll_id, Request request) {
  const bool is_watch = std::holds_alternative<WatchRequest>(request);
  bool is_refused_for_draining = false;
  {
    absl::MutexLock lock(&mutex_);
    auto found = actors_.find(ToAbsl(poll_id));
    if (is_watch && draining_) {
      is_refused_for_draining = true;
      found = actors_.end();
    } else if (found == actors_.end() && actors_.size() < options_.actors_max) {
      auto actor = std::make_shared<PollActor>(std::string(poll_id),
                                               PollActor::Environment{.log = log_,
                                                                      .clock = clock_,
                                                                      .pool = pool_,
                                                                      .host = *this,
                                                                      .limits = options_.limits});
      found = actors_.emplace(actor->poll_id(), actor).first;
    }
    if (found != actors_.end() && found->second->Deliver(request)) return;
  }
  Refuse(request, is_refused_for_draining ? DrainingError() : OverloadedError());
}

void PollActors::Refuse(const Request& request, const absl::Status& status) {
  if (const auto* command = std::get_if<CommandRequest>(&request)) {
    command->done(status);
  } else if (const auto* get = std::get_if<GetRequest>(&request)) {
    get->Fail(status);
  } else if (const auto* changes = std::get_if<ChangesRequest>(&request)) {
    changes->done(status);
  } else {
    pool_->Post([watch = std::get<WatchRequest>(request).watch, status] {
      watch->Notify({.kind = PollNotice::Kind::kEnded, .status = status});
    });
  }
}

void PollActors::Redeliver(const std::string& poll_id, Request request) {
  Deliver(poll_id, std::move(request));
}

void PollActors::Forget(const PollActor& actor) {
  absl::MutexLock lock(&mutex_);
  const auto found = actors_.find(actor.poll_id());
  if (found != actors_.end() && found->second.get() == &actor) actors_.erase(found);
}

std::shared_ptr<PollActor> PollActors::Find(std::string_view poll_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = actors_.find(ToAbsl(poll_id));
  return found == actors_.end() ? nullptr : found->second;
}

void PollActors::Drain(absl::Time deadline) {
  std::vector<std::shared_ptr<PollActor>> actors;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    for (const auto& [poll_id, actor] : actors_) actors.push_back(actor);
    unanswered_ += actors.size();
  }
  for (const auto& actor : actors) {
    actor->EndWatches(DrainingError(), [this] { Finish(); });
  }
  absl::MutexLock lock(&mutex_);
  const auto is_done = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return unanswered_ == 0; };
  mutex_.AwaitWithDeadline(absl::Condition(&is_done), deadline);
}

void PollActors::Sweep() {
  std::vector<std::shared_ptr<PollActor>> used;
  std::vector<std::shared_ptr<PollActor>> dropped;
  {
    absl::MutexLock lock(&mutex_);
    // When memory runs short whoever is not needed goes at once.
    const bool is_crowded = actors_.size() > options_.actors_max / 2;
    const absl::Time idle_since =
        clock_.Now() - (is_crowded ? absl::ZeroDuration() : options_.idle_timeout);
    for (auto it = actors_.begin(); it != actors_.end();) {
      const auto current = it++;
      if (current->second->is_used()) {
        used.push_back(current->second);
      } else if (current->second->last_used() <= idle_since) {
        dropped.push_back(std::move(current->second));
        actors_.erase(current);
      }
    }
  }
  for (const auto& actor : used) actor->Sweep();
}

void PollActors::ScheduleSweep() {
  if (options_.sweep_interval <= absl::ZeroDuration()) return;
  pool_->PostAfter(options_.sweep_interval, [this] {
    Sweep();
    ScheduleSweep();
  });
}

std::unique_ptr<EdgeReaper> PollActors::NewReaper() {
  return std::make_unique<EdgeReaper>(
      *options_.leases, clock_, [this](const std::string& poll_id, auto edge_ids, auto done) {
        Execute(poll_id, CloseConnections{std::move(edge_ids)},
                clock_.Now() + options_.limits.append_timeout,
                [done](const absl::StatusOr<Outcome>& outcome) { done(outcome.status()); });
      });
}

void PollActors::ObserveEdges() {
  if (reaper_ == nullptr || !Admit([](const absl::Status&) {})) return;
  std::vector<std::shared_ptr<PollActor>> actors;
  {
    absl::MutexLock lock(&mutex_);
    for (const auto& [poll_id, actor] : actors_) actors.push_back(actor);
  }
  std::vector<PollEdges> polls;
  for (const auto& actor : actors) {
    auto edges = actor->Edges();
    if (!edges->empty()) polls.push_back({actor->poll_id(), std::move(edges)});
  }
  reaper_->Observe(std::move(polls), [this] { Finish(); });
}

void PollActors::ScheduleObservation() {
  if (reaper_ == nullptr || options_.sweep_interval <= absl::ZeroDuration()) return;
  pool_->PostAfter(EdgeLeaseWatch::kObservationInterval, [this] {
    ObserveEdges();
    ScheduleObservation();
  });
}

size_t PollActors::size() const {
  absl::MutexLock lock(&mutex_);
  return actors_.size();
}

}  // namespace caucus::polls
