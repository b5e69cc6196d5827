// Timers of one thread, soonest first.

#ifndef EDGE_EVENT_LOOP_TIMER_QUEUE_H_
#define EDGE_EVENT_LOOP_TIMER_QUEUE_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace caucus::edge {

class TimerQueue;

// Something that falls due, once for each time that it is set. Confined to its queue's thread; the
// queue must outlive it.
class Timer {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr Time kNever = Time::max();

  explicit Timer(TimerQueue& queue) : queue_(queue) {}
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Is due at `time` and at no other any more; kNever: not at all.
  void Set(Time time);
  void Cancel() { Set(kNever); }

 protected:
  virtual ~Timer() { Cancel(); }

  // It is due, and no longer set. May set it again, and may destroy the timer.
  virtual void OnTimer() = 0;

 private:
  friend class TimerQueue;
  static constexpr uint32_t kNotSet = UINT32_MAX;

  TimerQueue& queue_;
  uint32_t position_ = kNotSet;  // In the queue's heap.
};

// A heap that knows where each timer lies: a heartbeat moves its timer twice per ping, which costs
// less here than to find what has become of it. Confined to its thread.
class TimerQueue {
 public:
  // When the first timer is due, or Timer::kNever.
  Timer::Time next() const { return heap_.empty() ? Timer::kNever : heap_.front().time; }

  // Calls the timers that are due at `now`.
  void RunDue(Timer::Time now);

 private:
  friend class Timer;
  struct Entry {
    Timer::Time time;
    Timer* timer;
  };

  void Put(size_t position, Entry entry);
  void Insert(Entry entry);
  void Remove(size_t position);
  // Puts `entry` at `position`, or where it belongs above or below.
  void Settle(size_t position, Entry entry);

  std::vector<Entry> heap_;
};

}  // namespace caucus::edge

#endif  // EDGE_EVENT_LOOP_TIMER_QUEUE_H_
