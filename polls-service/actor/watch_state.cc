#include "polls-service/actor/watch_state.h"

#include <utility>

namespace caucus::polls {

WatchState::WatchState(PollObserver observer) : observer_(std::move(observer)) {}

void WatchState::Notify(const PollNotice& notice) {
  {
    absl::MutexLock lock(&mutex_);
    if (ended_) return;
    ended_ = notice.kind != PollNotice::Kind::kChanged;
    running_ = true;
    runner_ = std::this_thread::get_id();
  }
  observer_(notice);
  absl::MutexLock lock(&mutex_);
  running_ = false;
}

void WatchState::End() {
  absl::MutexLock lock(&mutex_);
  ended_ = true;
  if (running_ && runner_ == std::this_thread::get_id()) return;
  const auto is_idle = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !running_; };
  mutex_.Await(absl::Condition(&is_idle));
}

bool WatchState::has_ended() const {
  absl::MutexLock lock(&mutex_);
  return ended_;
}

}  // namespace caucus::polls
