// Redis pub/sub that survives lost connections.

#ifndef COMMON_REDIS_REDIS_SUBSCRIBER_H_
#define COMMON_REDIS_REDIS_SUBSCRIBER_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/redis/redis_link.h"
#include "common/redis/redis_options.h"
#include "common/redis/reply.h"

namespace caucus {

// One connection, with its own thread, for any number of channels. Pub/sub delivers at most once,
// so a listener is told whenever messages may have been missed.
//
// Thread-safe. Outlives its subscriptions.
class RedisSubscriber : private RedisLink::Delegate {
 public:
  // Called with each message, and without one when messages may have been missed: after each
  // (re)subscription, the first included. Runs on the subscriber's thread and must not block.
  using Callback = std::function<void(const std::optional<std::string>& message)>;

  // Ends when destroyed: its callback is not running then, and never runs again.
  // REQUIRES: not destroyed by its own callback.
  class Subscription {
   public:
    Subscription(RedisSubscriber& subscriber, std::string_view channel, Callback callback);
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription();

   private:
    friend class RedisSubscriber;
    struct Listener;

    RedisSubscriber& subscriber_;
    const std::string channel_;
    const std::shared_ptr<Listener> listener_;
  };

  explicit RedisSubscriber(const RedisOptions& options);
  RedisSubscriber(const RedisSubscriber&) = delete;
  RedisSubscriber& operator=(const RedisSubscriber&) = delete;
  ~RedisSubscriber() override;

  // Returns at once, also without a connection: the callback is told of a gap when the subscription
  // has reached the server. Messages published after that are delivered, until a connection is
  // lost.
  std::unique_ptr<Subscription> Subscribe(std::string_view channel, Callback callback);

  // Moves to the server at this place among the addresses, unless the connection is to that server
  // and newer than `lost`. A subscribed connection is not told that its server is no master any
  // more: RedisConnection finds out (see MovedCallback), and where the master is.
  void Follow(size_t address_index, absl::Time lost);

 private:
  struct Move {
    size_t address_index;
    absl::Time lost;
  };
  using Listeners = std::vector<std::shared_ptr<Subscription::Listener>>;

  void OnUp() override;
  void OnReply(Reply reply) override;
  void OnDown(const absl::Status& status, uint64_t bytes_sent) override;
  absl::Time OnTurn() override;
  void Ping() override;
  void Add(const std::string& channel, std::shared_ptr<Subscription::Listener> listener);
  void Remove(const std::string& channel, const Subscription::Listener* listener);
  // Returns whether the connection is given up.
  bool MakeMove(const Move& move);
  Listeners ListenersOf(const std::string& channel) const;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Listeners> channels_ ABSL_GUARDED_BY(mutex_);
  // Channels that were gained or lost since the last turn.
  absl::flat_hash_set<std::string> touched_ ABSL_GUARDED_BY(mutex_);
  std::optional<Move> move_ ABSL_GUARDED_BY(mutex_);

  // Only the link's thread touches what follows.
  bool up_ = false;
  absl::Time up_since_;
  absl::flat_hash_set<std::string> subscribed_;  // As the server has been told.

  RedisLink link_;  // Last: its thread uses all of the above.
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_SUBSCRIBER_H_
