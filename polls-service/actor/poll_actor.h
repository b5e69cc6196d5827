// One poll at work: commands in, commits out, watchers told.

#ifndef POLLS_SERVICE_ACTOR_POLL_ACTOR_H_
#define POLLS_SERVICE_ACTOR_POLL_ACTOR_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/actor/actor_limits.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/actor/poll_state.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/actor/request.h"
#include "polls-service/actor/settled_append.h"
#include "polls-service/actor/snapshot_schedule.h"
#include "polls-service/actor/task_pool.h"
#include "polls-service/actor/wait_worth.h"
#include "polls-service/actor/watch_state.h"
#include "polls-service/actor/watchers.h"
#include "polls-service/domain/decide.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Works in turns on the pool, one at a time. At most one operation of the log is under way, and in
// a large poll not one right after another (LogInterval). Commands that come meanwhile wait, are
// decided together on the newest state, and go into one commit. If the log has moved on, what was
// missed is read and the same commands are decided again. A batch without any event (all errors, or
// nothing to do) is confirmed by reading that the log has not moved on. Snapshots are stored, and
// old changes are read, beside that.
//
// Thread-safe. Once it is dead (the poll is gone, or could not be read) it passes requests back to
// its host, which by then has forgotten it.
class PollActor : public std::enable_shared_from_this<PollActor> {
 public:
  // Called in a turn, without locks.
  class Host {
   public:
    virtual ~Host() = default;
    virtual void Redeliver(const std::string& poll_id, Request request) = 0;
    virtual void Forget(const PollActor& actor) = 0;
  };

  // All but `pool` outlive the pool's threads.
  struct Environment {
    PollLog& log;
    const Clock& clock;
    std::shared_ptr<TaskPool> pool;
    Host& host;
    const ActorLimits& limits;
  };

  PollActor(std::string poll_id, Environment environment);

  const std::string& poll_id() const { return poll_id_; }

  // Returns whether there is room for `request`; only then is it taken, and will be answered.
  bool Deliver(Request& request);

  void DropWatch(std::shared_ptr<WatchState> watch);
  // Calls `done` in a turn, when every watcher has been told.
  void EndWatches(absl::Status status, std::function<void()> done);
  void Sweep();  // Looks after expiry, missed hints and failed reads.

  // Returns the edges through which people are present while the poll is nominating, without those
  // that have no id: as they stood a while ago, at the latest when this was called last.
  std::shared_ptr<const std::vector<std::string>> Edges();

  bool is_used() const { return uses_ > 0; }
  absl::Time last_used() const { return absl::FromUnixNanos(last_used_); }

 private:
  struct Decided {
    CommandRequest request;
    absl::StatusOr<Outcome> outcome;
  };

  // Has the message handled in a turn: at once, or, if it can wait, when the next operation of the
  // log is due.
  void Post(std::function<void()> message, bool can_wait = false);
  void Run();
  void Release(size_t uses);

  // In turns only.
  void Handle(Request request);
  void Take(CommandRequest request);
  void Take(GetRequest request);
  void Take(ChangesRequest request);
  void Take(WatchRequest request);
  void OnHint(uint64_t revision);
  void OnSweep();
  void Advance();
  bool IsGathering();
  void EndGathering();  // Not in a turn, but on the pool.
  void BeginCoverage();
  void StartRead();
  void StartLoad();
  void OnLoad(absl::StatusOr<PollLog::Loaded> loaded);
  void OnRead(const absl::StatusOr<std::vector<Commit>>& commits);
  void StoreSnapshotIfDue();
  void AnswerChanges();
  void AnswerChanges(const ChangesRequest& request);
  bool IsInHistory(uint64_t after);
  void StartHistoryRead(uint64_t after);
  void OnHistory(uint64_t after, const absl::Status& status);
  absl::Status TakeHistory(uint64_t after, const PollLog::Position& known,
                           const std::vector<Commit>& commits);
  void StartBatch();
  bool IsCountDue() const;
  void DecideAndAppend();
  void DecideBatch();
  absl::StatusOr<Outcome> DecideOne(const CommandRequest& request, absl::Time now);
  void StartAppend();
  void OnAppended(const absl::Status& status, const std::string& commit_id);
  void OnCurrent();
  void RequeueBatch();
  void RequeueAll();
  void AnswerBatch();
  void AnswerRepeated();
  void AnswerGets(std::vector<GetRequest> gets);
  void FailBatch(const absl::Status& status);
  void FailAll(const absl::Status& status);
  void NotifyWatchers();
  void EndWatches(const Watchers::Ended& ended, const absl::Status& status);
  void StartOver();
  void Die(const absl::Status& status);
  bool IsGone() const;  // Cancelled or expired.
  bool ExpiresSoon() const;
  void ListEdges();

  // Constant after construction.
  const std::string poll_id_;
  const Environment env_;

  std::atomic<size_t> uses_ = 0;
  std::atomic<int64_t> last_used_;

  std::atomic<bool> edges_changed_ = false;
  uint64_t edges_revision_ = 0;  // In turns only: that of the list.

  absl::Mutex mutex_;
  std::shared_ptr<const std::vector<std::string>> edges_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<const std::vector<std::string>>();
  std::vector<std::function<void()>> mailbox_ ABSL_GUARDED_BY(mutex_);
  bool is_scheduled_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_resting_ ABSL_GUARDED_BY(mutex_) = false;  // A turn is due in any case, soon.

  // Only turns touch what follows.
  PollState state_;
  bool loaded_ = false;
  bool dead_ = false;
  bool busy_ = false;   // An operation of the log is under way.
  bool stale_ = false;  // Something is known to be missing: nothing is decided before a read.
  bool read_wanted_ = false;
  bool read_failed_ = false;                          // Sweep tries again.
  absl::Time operation_time_ = absl::InfinitePast();  // When the last operation of the log began.
  bool gathering_ = false;                            // A turn is due when the next may begin.
  WaitWorth wait_worth_;
  uint64_t hinted_revision_ = 0;
  absl::Time current_time_;  // When the state was last known to be the newest.
  std::deque<CommandRequest> waiting_;
  std::vector<Decided> batch_;
  std::vector<GetRequest> gets_waiting_;
  std::vector<GetRequest> gets_under_way_;  // The operation under way answers them.
  Watchers watchers_;
  std::unique_ptr<PollLog::Subscription> subscription_;  // While there are watchers.
  bool snapshot_is_bad_ = false;
  SnapshotSchedule snapshots_;
  uint64_t history_ = 0;  // Counts how often what was known held no more.
  bool history_busy_ = false;
  uint64_t history_floor_ = 0;  // Changes up to this revision do not fit into memory.
  std::vector<ChangesRequest> changes_waiting_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_ACTOR_H_
