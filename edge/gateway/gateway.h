// Where sockets, events and RPCs meet: one shard's share of it.

#ifndef EDGE_GATEWAY_GATEWAY_H_
#define EDGE_GATEWAY_GATEWAY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/identity.h"
#include "common/logging/log_throttle.h"
#include "edge/executor/executor.h"
#include "edge/gateway/broadcast.h"
#include "edge/gateway/call_budget.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/connection_state.h"
#include "edge/gateway/effect_batch.h"
#include "edge/gateway/feed_backlog.h"
#include "edge/gateway/feed_hub.h"
#include "edge/gateway/feed_key.h"
#include "edge/gateway/gateway_services.h"
#include "edge/socketio/client.h"
#include "edge/socketio/incoming_event.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/unary_outcome.h"

namespace caucus::edge::gateway {

// Confined to its shard, except where said.
class Gateway final : public socketio::ClientHandler {
 public:
  using SocketIdSource = std::function<std::string()>;

  Gateway(size_t shard, Executor& executor, SocketIdSource socket_ids,
          const GatewayServices& services);

  // --- From this shard's clients ---
  socketio::Namespace* FindNamespace(std::string_view path) override;
  std::string NewSocketId() override { return socket_ids_(); }
  void OnConnect(const std::shared_ptr<socketio::Socket>& socket, const Auth& auth) override;
  void OnEvent(const std::shared_ptr<socketio::Socket>& socket,
               const socketio::IncomingEvent& event) override;
  void OnEventDropped(const std::shared_ptr<socketio::Socket>& socket,
                      std::string_view ack_id) override;
  void OnDisconnect(const std::shared_ptr<socketio::Socket>& socket,
                    socketio::DisconnectReason reason) override;

  // --- From the gateways of all shards ---
  // What a feed has kept when its hub heard of a subscription of this shard.
  void OnSubscribed(const FeedKey& key, uint64_t number, const FeedBacklog& backlog);
  // A feed's next message for the members of its room.
  void Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery);
  void ApplyEffects(const transcoding::NamespaceRules& rules, const EffectBatch& effects);
  // Sends a member's credentials to the feed's hub, or tells it that there is no member.
  // `attempt` picks the member, so that one whose token is refused is not asked for ever.
  void ProvideCredentials(const FeedKey& key, size_t attempt);
  FeedHub& hub() { return hub_; }

  // All calls of this shard.
  CallBudget& calls() { return calls_; }

  GatewayStock Stock() const;

 private:
  using SocketPtr = std::shared_ptr<socketio::Socket>;
  using AnswerCallback = std::function<void(const absl::StatusOr<std::string>&, Broadcast&)>;

  // The feeds of a room that has members here.
  struct LocalFeed {
    uint64_t number = 0;      // Of the subscription.
    bool subscribed = false;  // The hub has answered. What it said before was for an earlier one.
    FeedBacklog backlog;
    // Members whose CONNECT told them more than the feed has told by now, and, of a feed of
    // changes, those who have had no state yet: with what the feed must have reached. Empty most of
    // the time.
    absl::flat_hash_map<const socketio::Socket*, int64_t> newcomers;
  };

  void OnVerified(const SocketPtr& socket,
                  const absl::StatusOr<std::shared_ptr<const Identity>>& identity);
  void CallConnect(const SocketPtr& socket);
  void OnConnectAnswer(const SocketPtr& socket, const std::string& request,
                       const absl::StatusOr<std::string>& response, Broadcast& broadcast);
  void OnConnected(const SocketPtr& socket, const transcoding::UnaryOutcome& outcome,
                   Broadcast& broadcast);

  void DisconnectOlder(socketio::Socket& socket, Broadcast& broadcast);
  absl::StatusOr<std::string> EncodeLifecycle(const SocketPtr& socket,
                                              const transcoding::UnaryRule& rule,
                                              std::string_view raw_name) const;

  absl::StatusOr<std::string> EncodeEvent(const SocketPtr& socket,
                                          const transcoding::UnaryRule* rule,
                                          const socketio::IncomingEvent& event) const;
  // Stops and goes on reading from a client, by what waits for it.
  void Throttle(socketio::Socket& socket);
  void RunNext(const SocketPtr& socket);
  void OnEventAnswer(const SocketPtr& socket, const PendingEvent& event,
                     const absl::StatusOr<std::string>& response, Broadcast& broadcast);
  void Answer(const SocketPtr& socket, const PendingEvent& event,
              absl::StatusOr<transcoding::UnaryOutcome> outcome, Broadcast& broadcast);
  void Fail(const SocketPtr& socket, std::string_view ack_id, const absl::Status& error);
  void CallDisconnect(const SocketPtr& socket);
  void OnDisconnectAnswer(const SocketPtr& socket, const std::string& request,
                          const absl::StatusOr<std::string>& response, Broadcast& broadcast);
  // Calls back on this shard, and goes on with the socket's next event when other shards have
  // caught up with what the answer asks of them. REQUIRES: counted in `calls_`.
  void Call(const SocketPtr& socket, const transcoding::UnaryRule& rule, std::string request,
            absl::Duration timeout, AnswerCallback done);
  void FinishCall(const SocketPtr& socket, size_t request_bytes);

  // These two on this shard at once.
  void Emit(const SocketPtr& socket, const transcoding::EmitAction& emit, Broadcast& broadcast);
  void ApplyEffectsEverywhere(const SocketPtr& socket, const EffectBatchPtr& effects,
                              Broadcast& broadcast);
  void ApplyEffect(socketio::Namespace& nsp, const CheckedEffect& effect);

  // `outcome`: of the CONNECT call, which says how far a feed must be for the socket; or null.
  void Join(socketio::Socket& socket, const std::string& room,
            const transcoding::UnaryOutcome* outcome);
  void JoinFeed(socketio::Socket& socket, const FeedKey& key, int64_t resume_min);
  // What a newcomer gets for `delivery`, the last in the backlog; or only the backlog, if null.
  // Returns whether it is one no more.
  static bool SendToNewcomer(socketio::Socket& socket, const FeedKey& key,
                             const FeedBacklog& backlog, int64_t resume_min,
                             const FeedDelivery* delivery);
  // Takes a copy of the name: the room's own goes with its last member.
  void Leave(socketio::Socket& socket, std::string room);
  transcoding::ConnectionContext ContextOf(const socketio::Socket& socket) const;

  const size_t shard_;
  Executor& executor_;
  const SocketIdSource socket_ids_;
  const GatewayServices services_;
  CallMetadata metadata_;
  CallBudget calls_;
  size_t departed_event_bytes_ = 0;  // Of the events of sockets that have left.
  LogThrottle log_{5};
  FeedHub hub_;
  uint64_t events_ = 0;
  uint64_t subscriptions_ = 0;
  absl::flat_hash_map<std::string, std::unique_ptr<socketio::Namespace>> namespaces_;
  absl::flat_hash_map<FeedKey, LocalFeed> feeds_;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_GATEWAY_H_
