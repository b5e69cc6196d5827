#include "edge/event_loop/event_loop.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <utility>

namespace caucus::edge {
namespace {

constexpr int kEventsPerTurn = 256;

// A task that posts another, e.g. to flush what it has queued, need not wait for the next turn.
constexpr int kRoundsPerTurn = 4;

// A process that cannot have an epoll instance cannot serve anybody.
int Valid(int descriptor) {
  if (descriptor < 0) std::abort();
  return descriptor;
}

epoll_event EventFor(int descriptor, Interest interest) {
  epoll_event event = {};
  event.events = (interest.read ? EPOLLIN : 0u) | (interest.write ? EPOLLOUT : 0u);
  event.data.fd = descriptor;
  return event;
}

}  // namespace

class EventLoop::DelayedTask final : public Timer {
 public:
  DelayedTask(EventLoop& loop, std::function<void()> task)
      : Timer(loop.timers_), loop_(loop), task_(std::move(task)) {}
  ~DelayedTask() override = default;

 private:
  void OnTimer() override {
    const auto self = loop_.delayed_.extract(this);
    task_();
  }

  EventLoop& loop_;
  const std::function<void()> task_;
};

EventLoop::EventLoop()
    : epoll_(Valid(::epoll_create1(EPOLL_CLOEXEC))),
      wake_(Valid(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
  // Edge-triggered: each write to it wakes, and nobody need read it.
  epoll_event event = {};
  event.events = EPOLLIN | EPOLLET;
  event.data.fd = wake_;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event) != 0) std::abort();
}

EventLoop::~EventLoop() {
  // Tasks and watchers may refer to one another, and to the loop.
  {
    std::vector<std::function<void()>> posted;
    const absl::MutexLock lock(&mutex_);
    posted_.swap(posted);
  }
  std::exchange(last_, {}).clear();
  std::exchange(watchers_, {}).clear();
  delayed_.clear();
  ::close(wake_);
  ::close(epoll_);
}

void EventLoop::Run() {
  while (!stopped_) Turn(Timer::kNever);
}

void EventLoop::RunFor(std::chrono::milliseconds duration) {
  const Timer::Time limit = std::chrono::steady_clock::now() + duration;
  while (!stopped_ && std::chrono::steady_clock::now() < limit) Turn(limit);
}

void EventLoop::Stop() {
  stopped_ = true;
  Post([] {});
}

void EventLoop::Post(std::function<void()> task) {
  bool wake = false;
  {
    const absl::MutexLock lock(&mutex_);
    posted_.push_back(std::move(task));
    wake = std::exchange(asleep_, false);
  }
  if (wake) ::eventfd_write(wake_, 1);
}

void EventLoop::PostAfter(std::chrono::milliseconds delay, std::function<void()> task) {
  auto delayed = std::make_unique<DelayedTask>(*this, std::move(task));
  delayed->Set(std::chrono::steady_clock::now() + delay);
  DelayedTask* const key = delayed.get();
  delayed_.emplace(key, std::move(delayed));
}

void EventLoop::Watch(int descriptor, Interest before, Interest now,
                      std::shared_ptr<Watcher> watcher) {
  const auto index = static_cast<size_t>(descriptor);
  if (index >= watchers_.size()) watchers_.resize(std::max(index + 1, 2 * watchers_.size()));
  // Whoever is replaced may well be at work.
  const std::shared_ptr<Watcher> replaced = std::exchange(watchers_[index], std::move(watcher));
  Change(descriptor, before, now);
}

void EventLoop::Change(int descriptor, Interest before, Interest now) {
  if (before == now) return;
  // Not watched at all without interest: the peer's end would be told all the time.
  const int operation = !before.any() ? EPOLL_CTL_ADD : now.any() ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
  epoll_event event = EventFor(descriptor, now);
  ::epoll_ctl(epoll_, operation, descriptor, &event);
}

void EventLoop::Forget(int descriptor) {
  const auto index = static_cast<size_t>(descriptor);
  if (index >= watchers_.size()) return;
  const std::shared_ptr<Watcher> forgotten = std::exchange(watchers_[index], nullptr);
}

int EventLoop::WaitMilliseconds(Timer::Time limit) {
  const absl::MutexLock lock(&mutex_);
  if (!posted_.empty() || !last_.empty()) return 0;
  asleep_ = true;
  const Timer::Time until = std::min(limit, timers_.next());
  if (until == Timer::kNever) return -1;
  const auto wait =
      std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(wait.count(), 0, std::numeric_limits<int>::max()));
}

void EventLoop::Turn(Timer::Time limit) {
  std::array<epoll_event, kEventsPerTurn> events;
  const int count = ::epoll_wait(epoll_, events.data(), kEventsPerTurn, WaitMilliseconds(limit));
  Awake();
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<size_t>(i)];
    const auto index = static_cast<size_t>(event.data.fd);
    // An event before may have had this descriptor closed, or even opened anew.
    if (index >= watchers_.size() || watchers_[index] == nullptr) continue;
    const std::shared_ptr<Watcher> watcher = watchers_[index];
    const bool failed = (event.events & (EPOLLERR | EPOLLHUP)) != 0;
    watcher->OnReady(failed || (event.events & EPOLLIN) != 0,
                     failed || (event.events & EPOLLOUT) != 0);
  }
  timers_.RunDue(std::chrono::steady_clock::now());
  for (int round = 0; round < kRoundsPerTurn && RunPosted(); ++round) {
  }
  for (const std::function<void()>& task : std::exchange(last_, {})) task();
}

void EventLoop::Awake() {
  const absl::MutexLock lock(&mutex_);
  asleep_ = false;
}

bool EventLoop::RunPosted() {
  {
    const absl::MutexLock lock(&mutex_);
    running_.swap(posted_);
  }
  if (running_.empty()) return false;
  for (std::function<void()>& task : running_) {
    task();
    task = nullptr;
  }
  running_.clear();
  return true;
}

}  // namespace caucus::edge
