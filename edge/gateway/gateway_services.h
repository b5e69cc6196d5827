// What a gateway is configured with, and what it works with.

#ifndef EDGE_GATEWAY_GATEWAY_SERVICES_H_
#define EDGE_GATEWAY_GATEWAY_SERVICES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "common/auth/token_verifier.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/gateway/feed_hub.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/limits/limit.h"
#include "edge/transcoding/event_table.h"

namespace caucus::edge::gateway {

struct GatewayOptions {
  std::string edge_id;  // Of this process, unique among all edges.
  absl::Duration call_timeout = absl::Seconds(5);
  absl::Duration disconnect_call_timeout =
      absl::Seconds(30);  // Nobody waits for it, and it matters.
  // Between the calls of a HEARTBEAT method; also their deadline, unless call_timeout is shorter.
  absl::Duration heartbeat_interval = absl::Seconds(5);
  size_t events_pending_max = 64;  // Of one socket; then its connection is not read from.
  size_t event_bytes_pending_max = 1'000'000;  // Likewise, of their requests.
  // Of all sockets of one shard that have left: then what the next that leaves asked for is
  // dropped.
  size_t departed_event_bytes_max = 16 << 20;
  // Of one shard; then events, CONNECTs and HTTP requests are refused.
  size_t calls_in_flight_max = 10'000;
  size_t call_bytes_in_flight_max = 64 << 20;  // Likewise, of their requests.
  size_t rooms_per_socket_max = 128;
  FeedOptions feed;
};

// Everything that the gateways of all shards share. The references must outlive every gateway.
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

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_GATEWAY_SERVICES_H_
