// What one answer, or one message of a feed, asks of other shards.

#ifndef EDGE_GATEWAY_BROADCAST_H_
#define EDGE_GATEWAY_BROADCAST_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "edge/gateway/shard_mesh.h"

namespace caucus::edge::gateway {

// Posts to shards, and tells when they are behind and when they have caught up, so that whoever
// makes broadcasts can wait with the next one. Confined to its shard. The mesh must outlive what is
// posted.
class Broadcast {
 public:
  using Task = std::function<void(Gateway&)>;

  // More than that on their way to one shard: it is behind.
  static constexpr size_t kInFlightMax = 16;

  Broadcast(const ShardMesh& mesh, size_t home) : mesh_(mesh), home_(home) {}

  // Runs `task` on a shard, later, in the order of the calls.
  void Post(size_t shard, Task task);
  // Likewise on every shard but this one.
  void PostToOthers(const Task& task);

  // Whether a shard that it was posted to was behind.
  bool crowded() const { return crowded_; }

  // Returns whether something that was posted has not run yet: then `done` runs on this shard when
  // all of it has. REQUIRES: called last, and once.
  bool Await(Task done);

 private:
  struct Progress;

  const ShardMesh& mesh_;
  const size_t home_;
  bool crowded_ = false;
  std::shared_ptr<Progress> progress_;  // Null: nothing was posted.
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_BROADCAST_H_
