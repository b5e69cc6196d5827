#include "edge/gateway/broadcast.h"

#include <atomic>
#include <utility>

namespace caucus::edge::gateway {

struct Broadcast::Progress {
  // Tasks that have not run, and one more until Await: so none that runs early ends the wait.
  std::atomic<size_t> left = 1;
  Task done;  // Written before Await lets go of its share, and read by whoever is the last.
};

void Broadcast::Post(size_t shard, Task task) {
  if (progress_ == nullptr) progress_ = std::make_shared<Progress>();
  progress_->left.fetch_add(1, std::memory_order_relaxed);
  std::atomic<size_t>& in_flight = mesh_.broadcasts_in_flight(shard);
  if (in_flight.fetch_add(1, std::memory_order_relaxed) >= kInFlightMax) crowded_ = true;
  mesh_.Post(shard, [&mesh = mesh_, &in_flight, home = home_, progress = progress_,
                     task = std::move(task)](Gateway& gateway) {
    task(gateway);
    in_flight.fetch_sub(1, std::memory_order_relaxed);
    if (progress->left.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      mesh.Post(home, std::move(progress->done));
    }
  });
}

void Broadcast::PostToOthers(const Task& task) {
  for (size_t shard = 0; shard < mesh_.size(); ++shard) {
    if (shard != home_) Post(shard, task);
  }
}

bool Broadcast::Await(Task done) {
  if (progress_ == nullptr) return false;
  progress_->done = std::move(done);
  if (progress_->left.fetch_sub(1, std::memory_order_acq_rel) != 1) return true;
  // What it holds is of this shard.
  progress_->done = nullptr;
  return false;
}

}  // namespace caucus::edge::gateway
