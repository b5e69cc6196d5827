// One thread's event loop: descriptors, timers and tasks of other threads.
//
// Asio's is not used: it arms a descriptor anew for each read, and keeps much for one that is idle.
// See docs/adr/2026-11-21-own-event-loop.md.

#ifndef EDGE_EVENT_LOOP_EVENT_LOOP_H_
#define EDGE_EVENT_LOOP_EVENT_LOOP_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "edge/event_loop/timer_queue.h"

namespace caucus::edge {

// Told that a descriptor is ready. Confined to its loop's thread.
class Watcher {
 public:
  virtual ~Watcher() = default;

  // Reading, or writing, would not block, or would fail. Now and then neither is so.
  virtual void OnReady(bool readable, bool writable) = 0;
};

// What a descriptor is watched for.
struct Interest {
  bool read = false;
  bool write = false;

  bool any() const { return read || write; }
  bool operator==(const Interest&) const = default;
};

// Confined to the thread that runs it, except where said; before and after it runs, to whoever has
// it.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  // Runs on the calling thread until Stop.
  void Run();
  // Runs so for a while, or until Stop: for tests.
  void RunFor(std::chrono::milliseconds duration);
  // Thread-safe.
  void Stop();

  // Runs `task` soon, in the order of the calls. One that waits when the loop stops is dropped.
  // Thread-safe.
  void Post(std::function<void()> task);
  void PostAfter(std::chrono::milliseconds delay, std::function<void()> task);
  // Runs `task` at the end of this turn, when what has come and what was posted is done; of the
  // next, if this one is at its end.
  void PostLast(std::function<void()> task) { last_.push_back(std::move(task)); }

  TimerQueue& timers() { return timers_; }

  // Tells `watcher` what becomes of `descriptor`, and keeps it alive until another takes its place,
  // or Forget. `before` is what was asked for so far.
  void Watch(int descriptor, Interest before, Interest now, std::shared_ptr<Watcher> watcher);
  // Likewise, with the watcher that it has.
  void Change(int descriptor, Interest before, Interest now);
  // No longer tells its watcher anything, who may be destroyed. REQUIRES: no interest is left, or
  // the descriptor was closed.
  void Forget(int descriptor);

 private:
  class DelayedTask;

  // Waits for events until `limit` at the longest, and handles what has come.
  void Turn(Timer::Time limit);
  int WaitMilliseconds(Timer::Time limit);
  void Awake();
  // False: there was nothing to run.
  bool RunPosted();

  const int epoll_;
  const int wake_;
  TimerQueue timers_;
  std::vector<std::shared_ptr<Watcher>> watchers_;  // By descriptor.
  absl::flat_hash_map<DelayedTask*, std::unique_ptr<DelayedTask>> delayed_;
  std::vector<std::function<void()>> running_;
  std::vector<std::function<void()>> last_;

  std::atomic<bool> stopped_ = false;
  absl::Mutex mutex_;
  std::vector<std::function<void()>> posted_ ABSL_GUARDED_BY(mutex_);
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;  // A task that is posted must wake the loop.
};

}  // namespace caucus::edge

#endif  // EDGE_EVENT_LOOP_EVENT_LOOP_H_
