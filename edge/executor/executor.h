// Runs functions on one shard: the seam through which other threads, and the future, reach it.

#ifndef EDGE_EXECUTOR_EXECUTOR_H_
#define EDGE_EXECUTOR_EXECUTOR_H_

#include <chrono>
#include <functional>

namespace caucus::edge {

// Thread-safe.
class Executor {
 public:
  virtual ~Executor() = default;

  // Runs `task` on the shard, soon, in the order of the calls from one thread. A task that is still
  // queued when the shard stops is dropped.
  virtual void Post(std::function<void()> task) = 0;

  // Runs `task` on the shard after `delay`. REQUIRES: called on the shard.
  virtual void PostAfter(std::chrono::milliseconds delay, std::function<void()> task) = 0;
};

}  // namespace caucus::edge

#endif  // EDGE_EXECUTOR_EXECUTOR_H_
