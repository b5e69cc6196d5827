// Those who watch one poll, and what each was told last.

#ifndef POLLS_SERVICE_ACTOR_WATCHERS_H_
#define POLLS_SERVICE_ACTOR_WATCHERS_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/actor/watch_state.h"

namespace caucus::polls {

// Thread-compatible. Observers are called by the caller.
class Watchers {
 public:
  using Ended = std::vector<std::shared_ptr<WatchState>>;

  bool empty() const { return watchers_.empty(); }

  void Add(std::shared_ptr<WatchState> watch);
  // Returns whether it was there.
  bool Remove(const std::shared_ptr<WatchState>& watch);

  // Tells everybody how the poll that was created at `create_time` stands, but for those who know.
  void Tell(const PollNotice& notice, absl::Time create_time);

  // Both return those who are no longer among the watchers, to be told that their watch is over.
  Ended TakeAll();
  // Those who watch an earlier poll that had its id.
  Ended TakeOthers(absl::Time create_time);

  // What was told holds no more.
  void StartOver();

 private:
  struct Watcher {
    std::shared_ptr<WatchState> watch;
    uint64_t revision = 0;   // What it was told last; 0: nothing.
    absl::Time create_time;  // Of the poll that it was told of.
    bool expires_soon = false;
    bool starts_over = false;
  };

  std::vector<Watcher> watchers_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_WATCHERS_H_
