// PollActors on a log that fails on demand, with blocking calls.

#ifndef POLLS_SERVICE_ACTOR_POLL_ACTORS_FIXTURE_H_
#define POLLS_SERVICE_ACTOR_POLL_ACTORS_FIXTURE_H_

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/fake_clock.h"
#include "polls-service/actor/faulty_poll_log.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/request_answers.h"
#include "polls-service/log/in_memory_poll_log.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Records what a watch is told.
class NoticeInbox {
 public:
  PollObserver observer() {
    return [this](const PollNotice& notice) {
      absl::MutexLock lock(&mutex_);
      notices_.push_back(notice);
    };
  }

  // Waits for a notice of `kind` at `revision` or later, and returns all that came up to now.
  std::vector<PollNotice> Await(PollNotice::Kind kind, uint64_t revision = 0) {
    absl::MutexLock lock(&mutex_);
    const auto is_told = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !notices_.empty() && notices_.back().kind == kind &&
             notices_.back().revision >= revision;
    };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&is_told), absl::Seconds(60)));
    return notices_;
  }

  size_t size() const {
    absl::MutexLock lock(&mutex_);
    return notices_.size();
  }

 private:
  mutable absl::Mutex mutex_;
  std::vector<PollNotice> notices_ ABSL_GUARDED_BY(mutex_);
};

using FutureOutcome = std::future<absl::StatusOr<Outcome>>;

class PollActorsFixture : public testing::Test {
 protected:
  static constexpr const char* kId = "ABC123";
  using Fault = FaultyPollLog::Fault;

  static PollActors::Options TestOptions() {
    PollActors::Options options;
    options.sweep_interval = absl::ZeroDuration();
    options.limits.patience.backoff_min = absl::Milliseconds(1);
    options.limits.patience.backoff_max = absl::Milliseconds(2);
    return options;
  }

  std::unique_ptr<PollActors> NewActors(PollActors::Options options = TestOptions()) {
    return std::make_unique<PollActors>(log_, clock_, std::move(options));
  }

  absl::Time Soon() const { return clock_.Now() + absl::Seconds(5); }

  absl::StatusOr<Outcome> Create(PollActors& actors, const std::string& id = kId) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Outcome>>>();
    actors.Create({.poll_id = id,
                   .topic = "Where to eat?",
                   .votes_per_voter = 1,
                   .admin_id = "admin",
                   .expire_time = clock_.Now() + absl::Hours(2)},
                  Soon(), [promise](auto outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future().get();
  }

  FutureOutcome Send(PollActors& actors, Command command, absl::Time deadline,
                     const std::string& id = kId) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Outcome>>>();
    actors.Execute(id, std::move(command), deadline,
                   [promise](auto outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  FutureOutcome Send(PollActors& actors, Command command) {
    return Send(actors, std::move(command), Soon());
  }
  FutureOutcome Send(PollActors& actors, Command command, absl::Time deadline, RequestKey key) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<Outcome>>>();
    actors.Execute(kId, std::move(command), std::move(key), deadline,
                   [promise](auto outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  FutureOutcome Send(PollActors& actors, Command command, RequestKey key) {
    return Send(actors, std::move(command), Soon(), std::move(key));
  }
  absl::StatusOr<Outcome> Do(PollActors& actors, Command command, RequestKey key) {
    return Send(actors, std::move(command), Soon(), std::move(key)).get();
  }
  absl::StatusOr<Outcome> Do(PollActors& actors, Command command, const std::string& id = kId) {
    return Send(actors, std::move(command), Soon(), id).get();
  }

  static Command Join(int user) {
    const std::string id = "user" + std::to_string(user);
    return AddParticipant{.user_id = id, .name = "Name", .connection_id = "c", .edge_id = "e"};
  }

  absl::StatusOr<std::shared_ptr<const Poll>> Get(PollActors& actors, const std::string& id = kId) {
    std::promise<absl::StatusOr<std::shared_ptr<const Poll>>> promise;
    actors.Get(id, Soon(), [&](auto poll) { promise.set_value(std::move(poll)); });
    return promise.get_future().get();
  }
  // Returns the revision that a Read finds.
  absl::StatusOr<uint64_t> ReadRevision(PollActors& actors, const std::string& id = kId) {
    std::promise<absl::StatusOr<uint64_t>> promise;
    actors.Read(id, Soon(), [&](const absl::StatusOr<const Poll*>& poll) {
      promise.set_value(poll.ok() ? absl::StatusOr<uint64_t>((*poll)->revision) : poll.status());
    });
    return promise.get_future().get();
  }
  absl::StatusOr<std::shared_ptr<const Poll>> Get(PollWatch& watch) {
    std::promise<absl::StatusOr<std::shared_ptr<const Poll>>> promise;
    watch.Get([&](auto poll) { promise.set_value(std::move(poll)); });
    return promise.get_future().get();
  }

  std::vector<Commit> Stored(const std::string& id = kId) {
    std::vector<Commit> commits;
    memory_.Read(id, {}, absl::InfiniteFuture(), [&](auto read) {
      if (read.ok()) commits = *std::move(read);
    });
    return commits;
  }

  FakeClock clock_;
  InMemoryPollLog memory_{clock_};
  FaultyPollLog log_{memory_};
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_ACTORS_FIXTURE_H_
