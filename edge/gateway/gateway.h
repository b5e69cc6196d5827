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
#include "common/auth/token_verifier.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/connection_state.h"
#include "edge/gateway/effect_batch.h"
#include "edge/gateway/feed_hub.h"
#include "edge/gateway/feed_key.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/limits/limit.h"
#include "edge/socketio/client.h"
#include "edge/socketio/incoming_event.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/unary_outcome.h"

namespace caucus::edge::gateway {

struct GatewayOptions {
  std::string edge_id;  // Of this process, unique among all edges.
  absl::Duration call_timeout = absl::Seconds(5);
  absl::Duration disconnect_call_timeout =
      absl::Seconds(30);           // Nobody waits for it, and it matters.
  size_t events_pending_max = 64;  // Of one socket; then its connection is not read from.
  size_t event_bytes_pending_max = 1'000'000;  // Likewise, of their requests.
  size_t calls_in_flight_max = 10'000;  // Of one shard; then events and CONNECTs are refused.
  size_t rooms_per_socket_max = 128;
  FeedOptions feed;
};

// Everything that all shards share. The references must outlive every gateway.
struct GatewayServices {
  const transcoding::EventTable& table;
  backend::RpcInvoker& invoker;
  TokenVerifier& verifier;
  const ShardMesh& mesh;
  const GatewayOptions& options;
  LimitObserver& limits;
};

// What one shard's gateway holds at a moment.
struct GatewayStock {
  size_t sockets = 0;
  size_t rooms = 0;
  size_t feeds = 0;     // Those whose stream is held here.
  uint64_t events = 0;  // Received since the start.
};

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
  // A feed's message for the members of its room.
  void Deliver(const FeedKey& key, const FeedDeliveryPtr& delivery);
  void ApplyEffects(const transcoding::NamespaceRules& rules, const EffectBatch& effects);
  // Sends a member's credentials to the feed's hub, or tells it that there is no member.
  // `attempt` picks the member, so that one whose token is refused is not asked for ever.
  void ProvideCredentials(const FeedKey& key, size_t attempt);
  FeedHub& hub() { return hub_; }

  GatewayStock Stock() const;

 private:
  using SocketPtr = std::shared_ptr<socketio::Socket>;
  using AnswerCallback = std::function<void(const absl::StatusOr<std::string>&)>;

  // The feeds of a room that has members here.
  struct LocalFeed {
    FeedDeliveryPtr retained;
    // Members whose CONNECT told them more than the feed has told by now, and how new the first
    // message for them must be. Empty most of the time.
    absl::flat_hash_map<const socketio::Socket*, int64_t> newcomers;
  };

  void OnVerified(const SocketPtr& socket,
                  const absl::StatusOr<std::shared_ptr<const Identity>>& identity);
  void CallConnect(const SocketPtr& socket);
  void OnConnectAnswer(const SocketPtr& socket, const std::string& request,
                       const absl::StatusOr<std::string>& response);
  void OnConnected(const SocketPtr& socket, const transcoding::UnaryOutcome& outcome);

  void DisconnectOlder(socketio::Socket& socket);
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
                     const absl::StatusOr<std::string>& response);
  void Answer(const SocketPtr& socket, const PendingEvent& event,
              absl::StatusOr<transcoding::UnaryOutcome> outcome);
  void Fail(const SocketPtr& socket, std::string_view ack_id, const absl::Status& error);
  void CallDisconnect(const SocketPtr& socket);
  void OnDisconnectAnswer(const SocketPtr& socket, const std::string& request,
                          const absl::StatusOr<std::string>& response);
  // Whether one more call may be made now.
  absl::Status AdmitCall();
  // Calls back on this shard.
  void Call(const SocketPtr& socket, const transcoding::UnaryRule& rule, std::string request,
            absl::Duration timeout, AnswerCallback done);

  void Emit(const SocketPtr& socket, const transcoding::EmitAction& emit);
  // On this shard at once.
  void ApplyEffectsEverywhere(const SocketPtr& socket, EffectBatchPtr effects);
  void ApplyEffect(socketio::Namespace& nsp, const CheckedEffect& effect);

  // `outcome`: of the CONNECT call, which says how old a retained message may be; or null.
  void Join(socketio::Socket& socket, const std::string& room,
            const transcoding::UnaryOutcome* outcome);
  // Takes a copy of the name: the room's own goes with its last member.
  void Leave(socketio::Socket& socket, std::string room);
  transcoding::ConnectionContext ContextOf(const socketio::Socket& socket) const;

  const size_t shard_;
  Executor& executor_;
  const SocketIdSource socket_ids_;
  const GatewayServices services_;
  CallMetadata metadata_;
  size_t calls_in_flight_ = 0;  // Those of DISCONNECT not among them.
  FeedHub hub_;
  uint64_t events_ = 0;
  absl::flat_hash_map<std::string, std::unique_ptr<socketio::Namespace>> namespaces_;
  absl::flat_hash_map<FeedKey, LocalFeed> feeds_;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_GATEWAY_H_
