// A whole edge in this process: shards, listeners, gateways and the channels to the services.

#ifndef EDGE_MAIN_EDGE_SERVER_H_
#define EDGE_MAIN_EDGE_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/auth/token_verifier.h"
#include "common/time/clock.h"
#include "edge/backend/http2_rpc_invoker.h"
#include "edge/backend/target.h"
#include "edge/gateway/heartbeat.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/main/admin_handler.h"
#include "edge/main/edge_options.h"
#include "edge/main/readiness.h"
#include "edge/main/shard_server.h"
#include "edge/metrics/call_metrics.h"
#include "edge/metrics/edge_metrics.h"
#include "edge/metrics/metered_rpc_invoker.h"
#include "edge/transcoding/event_table.h"
#include "edge/transport/listener.h"
#include "edge/transport/shard.h"

namespace caucus::edge {

// Thread-compatible. Serves from Start until it is destroyed.
class EdgeServer {
 public:
  // Starts an edge that serves `table`.
  //   kInvalidArgument  an address is malformed, or a namespace asks for tokens and there is no
  //   auth-service kUnavailable      a port is taken
  static absl::StatusOr<std::unique_ptr<EdgeServer>> Start(
      EdgeOptions options, std::unique_ptr<const transcoding::EventTable> table);

  // Accepts no more, ends all sessions, waits up to five seconds until the services have heard of
  // it, and stops.
  ~EdgeServer();

  uint16_t port() const { return listener_->port(); }
  // 0: there is none.
  uint16_t admin_port() const { return admin_listener_ == nullptr ? 0 : admin_listener_->port(); }

 private:
  // The services' calls of one shard.
  struct ShardInvoker {
    ShardInvoker(transport::Shard& shard, const backend::Target& target, CallMetrics& metrics)
        : direct(shard.loop(), target), metered(direct, metrics) {}

    backend::Http2RpcInvoker direct;
    MeteredRpcInvoker metered;
  };

  // `auth` is nothing without auth-service.
  EdgeServer(EdgeOptions options, std::unique_ptr<const transcoding::EventTable> table,
             const backend::Target& backend, const std::optional<backend::Target>& auth);

  void MakeServers();
  absl::Status Listen();
  void Run();
  // Adds up what all shards hold. Called on the first shard, as is `done`.
  void CollectStock(std::function<void(const EdgeStock&)> done);
  void AwaitShards();
  void Drain();

  // What is declared first is destroyed last.
  const std::unique_ptr<const transcoding::EventTable> table_;
  const SystemClock clock_;
  const std::shared_ptr<EdgeMetrics> metrics_;
  const EdgeOptions options_;
  const transport::HttpLimits admin_limits_;
  std::vector<std::unique_ptr<transport::Shard>> shards_;
  std::unique_ptr<TokenVerifier> verifier_;
  std::vector<std::unique_ptr<ShardInvoker>> invokers_;
  // Of its own: the end of the process does not wait for it.
  std::unique_ptr<ShardInvoker> heartbeat_invoker_;
  std::unique_ptr<backend::Http2RpcInvoker> auth_invoker_;  // Null without auth-service.
  std::unique_ptr<const Readiness> readiness_;
  gateway::ShardMesh mesh_;
  std::vector<std::unique_ptr<ShardServer>> servers_;
  std::unique_ptr<gateway::Heartbeat> heartbeat_;  // On the first shard.
  std::unique_ptr<AdminHandler> admin_;
  std::unique_ptr<transport::Listener> listener_;
  std::unique_ptr<transport::Listener> admin_listener_;
  std::vector<std::thread> threads_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_EDGE_SERVER_H_
