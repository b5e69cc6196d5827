// A PollLog that fails as it is told to, in front of one that does not.

#ifndef POLLS_SERVICE_ACTOR_FAULTY_POLL_LOG_H_
#define POLLS_SERVICE_ACTOR_FAULTY_POLL_LOG_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// For tests.
//
// Thread-safe.
class FaultyPollLog : public PollLog {
 public:
  enum class Fault {
    kNone,
    kUnavailable,       // Not stored, and says so.
    kDataLoss,          // Not stored, and says that it is no log.
    kUnknownStored,     // Stored, but says kUnknown.
    kUnknownNotStored,  // Not stored, and says kUnknown.
    kUnknownLate,       // Says kUnknown; stored when ReleaseLate() is called.
  };

  explicit FaultyPollLog(PollLog& log) : log_(log) {}

  // What becomes of the next appends, or reads (kNone, kUnavailable and kDataLoss), one each.
  void FailAppends(std::vector<Fault> faults) {
    absl::MutexLock lock(&mutex_);
    append_faults_.insert(append_faults_.end(), faults.begin(), faults.end());
  }
  void FailReads(std::vector<Fault> faults) {
    absl::MutexLock lock(&mutex_);
    read_faults_.insert(read_faults_.end(), faults.begin(), faults.end());
  }

  void FailSnapshots(std::vector<Fault> faults) {
    absl::MutexLock lock(&mutex_);
    snapshot_faults_.insert(snapshot_faults_.end(), faults.begin(), faults.end());
  }

  void ClearFaults() {
    absl::MutexLock lock(&mutex_);
    append_faults_.clear();
    read_faults_.clear();
    snapshot_faults_.clear();
  }

  // From now on appends wait, until Release().
  void HoldAppends() {
    absl::MutexLock lock(&mutex_);
    holding_ = true;
  }
  void Release() {
    Tasks held;
    {
      absl::MutexLock lock(&mutex_);
      holding_ = false;
      held.swap(held_);
      held_callbacks_.clear();
    }
    for (const auto& task : held) task();
  }
  // Answers what is held with kUnknown, stores none of it, and holds no more.
  void LoseHeld() {
    std::vector<AppendCallback> lost;
    {
      absl::MutexLock lock(&mutex_);
      holding_ = false;
      held_.clear();
      lost.swap(held_callbacks_);
    }
    for (const auto& done : lost) done(absl::UnknownError("injected"));
  }
  void ReleaseLate() {
    Tasks late;
    {
      absl::MutexLock lock(&mutex_);
      late.swap(late_);
    }
    for (const auto& task : late) task();
  }
  void AwaitHeldAppend() {
    absl::MutexLock lock(&mutex_);
    const auto is_held = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !held_.empty(); };
    mutex_.Await(absl::Condition(&is_held));
  }
  void AwaitAppends(int count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return appends_ >= count; };
    mutex_.Await(absl::Condition(&enough));
  }

  int appends() const {
    absl::MutexLock lock(&mutex_);
    return appends_;
  }
  int reads() const {
    absl::MutexLock lock(&mutex_);
    return reads_;
  }

  // Commits that came out of reads.
  size_t commits_read() const {
    absl::MutexLock lock(&mutex_);
    return commits_read_;
  }
  // Attempts to store one.
  int snapshots() const {
    absl::MutexLock lock(&mutex_);
    return snapshots_;
  }

  void Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
              AppendCallback done) override {
    const auto append = [this, poll_id = std::string(poll_id)](
                            NewCommit commit, absl::Time deadline, AppendCallback done) {
      log_.Append(poll_id, std::move(commit), deadline, std::move(done));
    };
    Fault fault;
    {
      absl::MutexLock lock(&mutex_);
      ++appends_;
      if (holding_) {
        held_.push_back([append, commit, deadline, done] { append(commit, deadline, done); });
        held_callbacks_.push_back(done);
        return;
      }
      fault = Next(append_faults_);
      if (fault == Fault::kUnknownLate) {
        late_.push_back(
            [append, commit] { append(commit, absl::InfiniteFuture(), [](absl::Status) {}); });
      }
    }
    switch (fault) {
      case Fault::kNone:
        return append(std::move(commit), deadline, std::move(done));
      case Fault::kUnavailable:
        return done(absl::UnavailableError("injected"));
      case Fault::kDataLoss:
        return done(absl::DataLossError("injected"));
      case Fault::kUnknownStored:
        return append(std::move(commit), deadline,
                      [done](absl::Status) { done(absl::UnknownError("injected")); });
      case Fault::kUnknownNotStored:
      case Fault::kUnknownLate:
        return done(absl::UnknownError("injected"));
    }
  }

  void Read(std::string_view poll_id, Position after, absl::Time deadline,
            ReadCallback done) override {
    Fault fault;
    {
      absl::MutexLock lock(&mutex_);
      ++reads_;
      fault = Next(read_faults_);
    }
    if (fault == Fault::kDataLoss) return done(absl::DataLossError("injected"));
    if (fault != Fault::kNone) return done(absl::UnavailableError("injected"));
    log_.Read(poll_id, std::move(after), deadline, [this, done = std::move(done)](auto commits) {
      if (commits.ok()) CountCommits(commits->size());
      done(std::move(commits));
    });
  }

  // Fails as reads do.
  void Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) override {
    Fault fault;
    {
      absl::MutexLock lock(&mutex_);
      ++reads_;
      fault = Next(read_faults_);
    }
    if (fault == Fault::kDataLoss) return done(absl::DataLossError("injected"));
    if (fault != Fault::kNone) return done(absl::UnavailableError("injected"));
    log_.Load(poll_id, deadline, [this, done = std::move(done)](auto loaded) {
      if (loaded.ok()) CountCommits(loaded->commits.size());
      done(std::move(loaded));
    });
  }

  void StoreSnapshot(std::string_view poll_id, Snapshot snapshot, absl::Time deadline,
                     StoreSnapshotCallback done) override {
    Fault fault;
    {
      absl::MutexLock lock(&mutex_);
      ++snapshots_;
      fault = Next(snapshot_faults_);
    }
    if (fault != Fault::kNone) return done(absl::UnavailableError("injected"));
    log_.StoreSnapshot(poll_id, std::move(snapshot), deadline, std::move(done));
  }

  std::unique_ptr<Subscription> Subscribe(std::string_view poll_id,
                                          ChangeCallback changed) override {
    return log_.Subscribe(poll_id, std::move(changed));
  }

 private:
  using Tasks = std::vector<std::function<void()>>;

  void CountCommits(size_t commits) {
    absl::MutexLock lock(&mutex_);
    commits_read_ += commits;
  }

  static Fault Next(std::deque<Fault>& faults) {
    if (faults.empty()) return Fault::kNone;
    const Fault fault = faults.front();
    faults.pop_front();
    return fault;
  }

  PollLog& log_;
  mutable absl::Mutex mutex_;
  bool holding_ ABSL_GUARDED_BY(mutex_) = false;
  int appends_ ABSL_GUARDED_BY(mutex_) = 0;
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t commits_read_ ABSL_GUARDED_BY(mutex_) = 0;
  int snapshots_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Fault> snapshot_faults_ ABSL_GUARDED_BY(mutex_);
  std::deque<Fault> append_faults_ ABSL_GUARDED_BY(mutex_);
  std::deque<Fault> read_faults_ ABSL_GUARDED_BY(mutex_);
  Tasks held_ ABSL_GUARDED_BY(mutex_);
  std::vector<AppendCallback> held_callbacks_ ABSL_GUARDED_BY(mutex_);
  Tasks late_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_FAULTY_POLL_LOG_H_
