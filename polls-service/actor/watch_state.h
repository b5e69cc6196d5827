// One watcher's end of a watch, shared by its PollWatch and the actor that tells it.

#ifndef POLLS_SERVICE_ACTOR_WATCH_STATE_H_
#define POLLS_SERVICE_ACTOR_WATCH_STATE_H_

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "polls-service/actor/poll_watch.h"

namespace caucus::polls {

// Calls an observer until the watch ends.
//
// Thread-safe, but for Notify, whose calls do not overlap.
class WatchState {
 public:
  explicit WatchState(PollObserver observer);

  // Calls the observer, without any lock held, unless the watch has ended. A last notice
  // (kCancelled, kEnded) ends it.
  void Notify(const PollNotice& notice);

  // Ends the watch. The observer does not run any more when it returns, unless it is the caller.
  void End();

  bool has_ended() const;

 private:
  const PollObserver observer_;
  mutable absl::Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread::id runner_ ABSL_GUARDED_BY(mutex_);  // Who runs the observer.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_WATCH_STATE_H_
