// The polls that this process works on: one serial actor each, between the pure domain and the log.

#ifndef POLLS_SERVICE_ACTOR_POLL_ACTORS_H_
#define POLLS_SERVICE_ACTOR_POLL_ACTORS_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/actor/edge_reaper.h"
#include "polls-service/actor/outcome.h"
#include "polls-service/actor/poll_actor.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/actor/request.h"
#include "polls-service/actor/task_pool.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/request_answers.h"
#include "polls-service/leases/edge_leases.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Decides commands, stores what they cause, and serves the committed state to readers and watchers.
//
// An answer is never a lie: OK means that the command's events are in the log, exactly once, and an
// error means that they are not and never will be, except kUnavailable with the reason
// OUTCOME_UNKNOWN. Every answer, errors included, agrees with the log as it stood at some moment
// between call and answer, whatever other processes append.
//
// Common errors, beside those that the domain decides:
//   kNotFound           there is no such poll, or it has expired or was cancelled (POLL_NOT_FOUND).
//   kResourceExhausted  too many commands wait for this poll, or too many polls are active
//                       (LIMIT_REACHED).
//   kDeadlineExceeded   the deadline passed before the command was decided.
//   kUnavailable        the log does not answer; also after Drain.
//
// Callbacks run exactly once, on a thread of the actors' or before the call returns; observers on
// the actors' threads. Both must not block, and may call back in.
//
// While people nominate, a person is present for as long as a connection is: one ends with
// LeavePoll, or with the edge that holds it, if that has had a lease and has it no more.
//
// Thread-safe. Outlived by `log` and `clock`. Destruction drains first.
class PollActors : private PollActor::Host {
 public:
  struct Options {
    ActorLimits limits;
    size_t actors_max = 100'000;  // Polls in memory at one time.
    size_t threads = 2;
    // Calls the turn it is given, on one of those threads; callbacks are called in turns.
    TaskPool::Runner run_turn = [](const TaskPool::Task& turn) { turn(); };
    // An actor that nobody has used for so long is dropped; its poll stays in the log.
    absl::Duration idle_timeout = absl::Minutes(2);
    // How often idle and expired polls are looked for; zero: only Sweep() does, and only
    // ObserveEdges() looks after edges.
    absl::Duration sweep_interval = absl::Seconds(1);
    // Which edges live; null: all do. Must outlive the actors.
    EdgeLeases* leases = nullptr;
  };

  PollActors(PollLog& log, const Clock& clock, Options options);
  PollActors(const PollActors&) = delete;
  PollActors& operator=(const PollActors&) = delete;
  ~PollActors() override;

  // Creates the poll `command.poll_id`; its revision is 1.
  //   kAlreadyExists  the id is taken (ID_TAKEN): draw another.
  void Create(CreatePoll command, absl::Time deadline, ExecuteCallback done);

  // Decides `command` and stores its events. A command without events is answered with the revision
  // of the state that it was decided on. If `key` has a request id, success is remembered in the
  // log, with the events: such a request is answered again as it was, also once the poll is closed,
  // or cancelled and not yet gone. Errors, and commands without events, are not remembered: they
  // are decided again.
  //   kInvalidArgument  another request had this id (REQUEST_ID_REUSED).
  void Execute(std::string_view poll_id, Command command, RequestKey key, absl::Time deadline,
               ExecuteCallback done);

  // The same, and is not remembered.
  void Execute(std::string_view poll_id, Command command, absl::Time deadline,
               ExecuteCallback done);

  // Returns the state as the log has it now. The same object is returned for as long as the
  // revision stays the same.
  void Get(std::string_view poll_id, absl::Time deadline, GetCallback done);

  // The same for who needs little of a poll, which may be large: `done` looks at the state itself,
  // while the poll's turn waits, and no copy is made.
  void Read(std::string_view poll_id, absl::Time deadline, ReadCallback done);

  // Tells `observer` how the poll moves: at first kChanged with the present revision (or
  // kCancelled, or kEnded), then whenever the committed revision has grown, by whomever, or the
  // store has lost commits; one notice may stand for several revisions. kCancelled and kEnded are
  // the last. Notices of one watch do not overlap.
  std::unique_ptr<PollWatch> Watch(std::string_view poll_id, PollObserver observer);

  // Refuses new calls from now on, ends all watches (kEnded, kUnavailable), and returns when
  // everything accepted before is answered, or at `deadline`. Blocks: not from a callback.
  void Drain(absl::Time deadline);

  // Drops idle actors and ends those of expired polls.
  void Sweep();

  // Closes the connections of edges that have died, once several observations have shown it: see
  // EdgeLeaseWatch. Returns before that is done.
  void ObserveEdges();

  // Polls in memory.
  size_t size() const;

 private:
  class Watching;

  template <typename Done>
  bool Admit(const Done& done);
  template <typename Answer>
  std::function<void(Answer)> Finishing(std::function<void(Answer)> done);
  void Finish();
  void Deliver(std::string_view poll_id, Request request);
  void Refuse(const Request& request, const absl::Status& status);
  void Redeliver(const std::string& poll_id, Request request) override;
  void Forget(const PollActor& actor) override;
  std::shared_ptr<PollActor> Find(std::string_view poll_id) const;
  void ScheduleSweep();
  void ScheduleObservation();
  std::unique_ptr<EdgeReaper> NewReaper();

  PollLog& log_;
  const Clock& clock_;
  const Options options_;
  const std::shared_ptr<TaskPool> pool_;
  const std::unique_ptr<EdgeReaper> reaper_;  // Null without leases.

  mutable absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  size_t unanswered_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, std::shared_ptr<PollActor>> actors_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_ACTORS_H_
