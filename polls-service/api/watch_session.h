// One WatchPoll call.

#ifndef POLLS_SERVICE_API_WATCH_SESSION_H_
#define POLLS_SERVICE_API_WATCH_SESSION_H_

#include <grpcpp/alarm.h>
#include <grpcpp/support/byte_buffer.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/grpc/call_queue.h"
#include "common/grpc/server_stream.h"
#include "common/time/clock.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/api/caller.h"
#include "polls-service/api/snapshot.h"
#include "polls-service/api/watch_interval.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Streams a poll to one watcher: the newest state whenever there is a newer one, or what has
// changed since the last message; at most once per interval. It holds no queue: a watcher who reads
// slowly misses states, never the last, and gets more changes at a time. Revisions grow, unless the
// store has lost commits: then a state of a lower one is sent.
//
// Thread-safe. Owns itself until the call is over. Everything it is given must outlive the call,
// and the actors every callback of theirs.
class WatchSession final : public ServerStream::Handler,
                           public std::enable_shared_from_this<WatchSession> {
 public:
  struct Services {
    PollActors& actors;
    const CallerCheck& caller_check;
    PollEncoders& encoders;
    const Clock& clock;
    absl::Duration interval;  // See WatchInterval.
  };

  // Starts the call whose request is a serialized WatchPollRequest.
  static void Start(const Services& services, ServerStream& stream);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  // What the session waits for. It does one thing at a time.
  enum class Step { kAdmission, kChange, kInterval, kState, kWrite, kFinish };

  // The end of kInterval.
  class IntervalEnd final : public CallQueue::Operation {
   public:
    explicit IntervalEnd(WatchSession& session) : session_(session) {}
    void OnDone(bool) override { session_.OnIntervalEnd(); }

   private:
    WatchSession& session_;
  };

  WatchSession(const Services& services, ServerStream& stream)
      : services_(services), stream_(stream) {}

  void Admit(const absl::StatusOr<Caller>& caller);
  void OnNotice(const PollNotice& notice);
  // Does whatever is to be done next, if it is not waiting for something.
  void Continue();
  std::function<void()> NextAction() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::function<void()> NextNews() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsNewsDue() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FetchState();
  void FetchChanges(uint64_t after, StateWanted state);
  void Take(const ChangesAnswer& answer);
  void TakeNothing(const absl::Status& status);
  std::function<void()> NewsIn(const ChangesAnswer& answer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SendState(const std::shared_ptr<const Poll>& poll, SnapshotEncoder::Seen seen);
  void SendChanges(const ChangesAnswer& answer);
  void SendRepeat();
  bool IsRepeatDue() const;
  void WaitForInterval() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void OnIntervalEnd();
  void EndInterval() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndWith(const absl::Status& status);

  const Services services_;
  ServerStream& stream_;  // Until OnDone().
  std::shared_ptr<WatchSession> self_;
  IntervalEnd interval_end_{*this};

  absl::Mutex mutex_;
  Step step_ ABSL_GUARDED_BY(mutex_) = Step::kAdmission;
  bool call_cancelled_ ABSL_GUARDED_BY(mutex_) = false;
  bool state_wanted_ ABSL_GUARDED_BY(mutex_) = true;  // At first, to see whether the caller may.
  bool expiry_told_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t sent_revision_ ABSL_GUARDED_BY(mutex_) = 0;
  bool starts_over_ ABSL_GUARDED_BY(mutex_) = false;  // What was sent holds no more.
  PollNotice newest_ ABSL_GUARDED_BY(mutex_);
  absl::Duration interval_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_write_time_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  grpc::Alarm alarm_ ABSL_GUARDED_BY(mutex_);

  // Below: written by the step that is being done only, so never by two at once.
  std::string user_id_;
  WatchMode mode_ = WatchMode::kSnapshot;
  std::shared_ptr<PollEncoder> encoder_;
  std::unique_ptr<PollWatch> watch_;
  grpc::ByteBuffer message_;
  size_t state_bytes_ = 0;              // Of the last state sent.
  size_t changes_bytes_ = 0;            // Of the changes sent since.
  std::shared_ptr<const Poll> repeat_;  // To be sent next.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_API_WATCH_SESSION_H_
