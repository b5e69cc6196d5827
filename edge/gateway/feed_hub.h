// The streams behind rooms: one for each feed, on the feed's home shard, whatever shards its
// members are on.

#ifndef EDGE_GATEWAY_FEED_HUB_H_
#define EDGE_GATEWAY_FEED_HUB_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "common/logging/log_throttle.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"
#include "edge/gateway/broadcast.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/feed_backlog.h"
#include "edge/gateway/feed_key.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/limits/limit.h"

namespace caucus::edge::gateway {

struct FeedOptions {
  std::chrono::milliseconds linger{2000};          // How long a stream outlives its room.
  std::chrono::milliseconds reopen_delay_min{50};  // After a stream broke; doubles each time.
  std::chrono::milliseconds reopen_delay_max{5000};
  // Held by one shard. Then the feed that has been without members for the longest goes, and if
  // there is none, a new one is not opened: its room gets no messages.
  size_t feeds_max = 20'000;
  // Kept of a feed after its last state; when there are more, nothing is until the next state.
  size_t change_bytes_max = 4 << 20;
};

// Confined to its shard. The references must outlive it.
class FeedHub {
 public:
  FeedHub(const ShardMesh& mesh, size_t shard, Executor& executor, backend::RpcInvoker& invoker,
          const FeedOptions& options, LimitObserver& limits);

  // Who asks for a feed's messages.
  struct Subscriber {
    size_t shard = 0;
    uint64_t number = 0;  // Tells one subscription of the shard from another.
    Credentials credentials;
  };

  // The first socket of a shard has joined the feed's room. Gateway::OnSubscribed is told what is
  // kept; what the feed says later is delivered behind that.
  void Subscribe(const FeedKey& key, const Subscriber& subscriber);
  // The last socket of `shard` has left.
  void Unsubscribe(const FeedKey& key, size_t shard);
  // Asks a shard that has members for the credentials to open a stream with.
  void AskForCredentials(const FeedKey& key);
  // The answer.
  void Reopen(const FeedKey& key, const Credentials& credentials);

  size_t size() const { return feeds_.size(); }

 private:
  struct Feed {
    std::vector<std::string> captures;
    std::vector<size_t> shards;  // That have members.
    std::unique_ptr<backend::RpcStream> stream;
    uint64_t stream_number = 0;  // Tells the current stream's callbacks from those of earlier ones.
    std::optional<std::list<FeedKey>::iterator> lingering;  // While it has no members.
    uint64_t empty_number = 0;  // Counts how often the feed has lost its last member.
    FeedBacklog backlog;
    int64_t resume_value = 0;
    size_t messages = 0;  // Of the current stream.
    size_t failures = 0;  // In a row.
  };

  using FeedMap = absl::flat_hash_map<FeedKey, Feed>;

  // Whether one more feed may be held.
  bool MakeRoom();
  // REQUIRES: it has no members.
  void Forget(FeedMap::iterator feed);
  void Open(const FeedKey& key, Feed& feed, const Credentials& credentials);
  void OnMessage(const FeedKey& key, uint64_t stream_number, const std::string& message);
  void Deliver(const FeedKey& key, Feed& feed, const FeedDeliveryPtr& delivery,
               Broadcast& broadcast);
  // When every shard has the last message. A message that a slow shard has not delivered holds the
  // service back.
  void ReadNext(const FeedKey& key, uint64_t stream_number);
  void OnEnd(const FeedKey& key, uint64_t stream_number, const absl::Status& status);
  Feed* FindCurrent(const FeedKey& key, uint64_t stream_number);

  const ShardMesh& mesh_;
  const size_t shard_;
  Executor& executor_;
  backend::RpcInvoker& invoker_;
  const FeedOptions& options_;
  LimitObserver& limits_;
  LogThrottle log_{5};
  LogThrottle refused_log_{1};
  CallMetadata metadata_;
  uint64_t next_stream_number_ = 1;
  FeedMap feeds_;
  std::list<FeedKey> lingering_;  // Feeds without members, the latest last.
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_FEED_HUB_H_
