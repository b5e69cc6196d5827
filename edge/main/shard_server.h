// Everything that one shard serves: HTTP, Engine.IO, Socket.IO and the gateway, joined.

#ifndef EDGE_MAIN_SHARD_SERVER_H_
#define EDGE_MAIN_SHARD_SERVER_H_

#include <cstddef>
#include <functional>
#include <memory>

#include "edge/event_loop/tcp_socket.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/http_gateway.h"
#include "edge/http/static_files.h"
#include "edge/metrics/edge_metrics.h"
#include "edge/socketio/client.h"
#include "edge/transport/engine_endpoint.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/shard.h"

namespace caucus::edge {

// What every shard's server is configured with. Constant while any server lives.
struct ServerOptions {
  transport::EngineOptions engine;
  transport::HttpLimits http;
  socketio::ClientLimits client;
  std::shared_ptr<const http::StaticFiles> static_files;  // Served at `/`; null: none.
};

// Confined to its shard, but made before it runs. The references must outlive it.
class ShardServer final : private transport::HttpHandler {
 public:
  // Carries a task to the server of another shard.
  using PostToServer = std::function<void(size_t shard, std::function<void(ShardServer&)>)>;

  ShardServer(transport::Shard& shard, size_t shard_count, const ServerOptions& options,
              const gateway::GatewayServices& services,
              gateway::HttpGateway::ReadinessCheck readiness, PostToServer post_to_server);

  gateway::Gateway& gateway() { return gateway_; }
  gateway::HttpGateway& http_gateway() { return http_gateway_; }

  // Returns what this shard holds now.
  EdgeStock Stock() const;

  // Serves a new connection.
  void Serve(AcceptedSocket accepted);

  // Ends every session and opens none from now on.
  void StartDraining();

 private:
  void OnRequest(const std::shared_ptr<transport::HttpConnection>& connection) override;
  void Resume(transport::HttpHandOver hand_over);

  transport::Shard& shard_;
  const ServerOptions& options_;
  gateway::Gateway gateway_;
  gateway::HttpGateway http_gateway_;
  transport::EngineEndpoint endpoint_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_SHARD_SERVER_H_
