// An executor for tests, which runs nothing by itself.

#ifndef EDGE_GATEWAY_MANUAL_EXECUTOR_H_
#define EDGE_GATEWAY_MANUAL_EXECUTOR_H_

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "edge/executor/executor.h"

namespace caucus::edge::gateway {

// Thread-compatible.
class ManualExecutor final : public Executor {
 public:
  void Post(std::function<void()> task) override { tasks_.push_back(std::move(task)); }
  void PostAfter(std::chrono::milliseconds delay, std::function<void()> task) override {
    timers_.emplace(now_ + delay, std::move(task));
  }

  // Runs the oldest posted task. Returns whether there was one.
  bool RunOne() {
    if (tasks_.empty()) return false;
    const std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    task();
    return true;
  }

  // Lets time pass: what is due by then is posted.
  void Advance(std::chrono::milliseconds duration) {
    now_ += duration;
    while (!timers_.empty() && timers_.begin()->first <= now_) {
      Post(std::move(timers_.begin()->second));
      timers_.erase(timers_.begin());
    }
  }

 private:
  std::chrono::milliseconds now_{0};
  std::deque<std::function<void()>> tasks_;
  std::multimap<std::chrono::milliseconds, std::function<void()>> timers_;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_MANUAL_EXECUTOR_H_
