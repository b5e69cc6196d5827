#include "polls-service/actor/watchers.h"

#include <utility>

namespace caucus::polls {

void Watchers::Add(std::shared_ptr<WatchState> watch) {
  watchers_.push_back({.watch = std::move(watch)});
}

bool Watchers::Remove(const std::shared_ptr<WatchState>& watch) {
  return std::erase_if(watchers_, [&](const Watcher& each) { return each.watch == watch; }) > 0;
}

void Watchers::Tell(const PollNotice& notice, absl::Time create_time) {
  for (Watcher& watcher : watchers_) {
    const bool is_news = watcher.starts_over || watcher.revision != notice.revision ||
                         watcher.expires_soon != notice.expires_soon;
    if (!is_news) continue;
    PollNotice own = notice;
    own.starts_over = std::exchange(watcher.starts_over, false);
    watcher.revision = notice.revision;
    watcher.create_time = create_time;
    watcher.expires_soon = notice.expires_soon;
    watcher.watch->Notify(own);
  }
}

Watchers::Ended Watchers::TakeAll() {
  Ended ended;
  for (Watcher& watcher : std::exchange(watchers_, {})) ended.push_back(std::move(watcher.watch));
  return ended;
}

Watchers::Ended Watchers::TakeOthers(absl::Time create_time) {
  Ended ended;
  std::erase_if(watchers_, [&](Watcher& watcher) {
    if (watcher.revision == 0 || watcher.create_time == create_time) return false;
    ended.push_back(std::move(watcher.watch));
    return true;
  });
  return ended;
}

void Watchers::StartOver() {
  for (Watcher& watcher : watchers_) watcher.starts_over = watcher.revision > 0;
}

}  // namespace caucus::polls
