// How the gateways of all shards reach one another.

#ifndef EDGE_GATEWAY_SHARD_MESH_H_
#define EDGE_GATEWAY_SHARD_MESH_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "absl/hash/hash.h"
#include "edge/executor/executor.h"
#include "edge/gateway/feed_key.h"

namespace caucus::edge::gateway {

class Gateway;

// Built before any shard runs, then constant. Thread-safe from then on. Executors and gateways must
// outlive every task.
class ShardMesh {
 public:
  void Add(Executor& executor, Gateway& gateway) { nodes_.emplace_back(executor, gateway); }

  size_t size() const { return nodes_.size(); }

  // Runs `task` on a shard, later, even if that is the calling one.
  void Post(size_t shard, std::function<void(Gateway&)> task) const {
    const Node& node = nodes_[shard];
    node.executor.Post([&gateway = node.gateway, task = std::move(task)] { task(gateway); });
  }

  // For Broadcast: how many of its tasks have been posted to a shard and have not run.
  std::atomic<size_t>& broadcasts_in_flight(size_t shard) const {
    return nodes_[shard].broadcasts_in_flight;
  }

  // Grows with each call, over all shards.
  uint64_t NextConnectNumber() const { return ++connect_number_; }

  // The shard that holds a feed's stream.
  size_t HomeOf(const FeedKey& key) const { return absl::Hash<FeedKey>()(key) % nodes_.size(); }

 private:
  struct Node {
    Node(Executor& node_executor, Gateway& node_gateway)
        : executor(node_executor), gateway(node_gateway) {}

    Executor& executor;
    Gateway& gateway;
    mutable std::atomic<size_t> broadcasts_in_flight = 0;
  };
  std::deque<Node> nodes_;  // Which stay where they are.
  mutable std::atomic<uint64_t> connect_number_ = 0;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_SHARD_MESH_H_
