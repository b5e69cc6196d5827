#include "edge/event_loop/timer_queue.h"

namespace caucus::edge {

void Timer::Set(Time time) {
  if (position_ == kNotSet) {
    if (time != kNever) queue_.Insert({.time = time, .timer = this});
  } else if (time == kNever) {
    queue_.Remove(position_);
  } else if (queue_.heap_[position_].time != time) {
    queue_.Settle(position_, {.time = time, .timer = this});
  }
}

void TimerQueue::RunDue(Timer::Time now) {
  while (!heap_.empty() && heap_.front().time <= now) {
    Timer& due = *heap_.front().timer;
    Remove(0);
    due.OnTimer();
  }
}

void TimerQueue::Put(size_t position, Entry entry) {
  heap_[position] = entry;
  entry.timer->position_ = static_cast<uint32_t>(position);
}

void TimerQueue::Insert(Entry entry) {
  heap_.push_back(entry);
  Settle(heap_.size() - 1, entry);
}

void TimerQueue::Remove(size_t position) {
  heap_[position].timer->position_ = Timer::kNotSet;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position < heap_.size()) Settle(position, last);
}

void TimerQueue::Settle(size_t position, Entry entry) {
  while (position > 0) {
    const size_t parent = (position - 1) / 2;
    if (heap_[parent].time <= entry.time) break;
    Put(position, heap_[parent]);
    position = parent;
  }
  for (size_t child = 2 * position + 1; child < heap_.size(); child = 2 * position + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].time < heap_[child].time) ++child;
    if (entry.time <= heap_[child].time) break;
    Put(position, heap_[child]);
    position = child;
  }
  Put(position, entry);
}

}  // namespace caucus::edge
