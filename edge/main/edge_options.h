// What an edge is configured with.

#ifndef EDGE_MAIN_EDGE_OPTIONS_H_
#define EDGE_MAIN_EDGE_OPTIONS_H_

#include <cstddef>
#include <string>

#include "edge/gateway/gateway.h"
#include "edge/main/shard_server.h"

namespace caucus::edge {

struct EdgeOptions {
  std::string listen = "127.0.0.1:8080";
  std::string admin_listen;  // For /metrics and the probes; empty: nowhere.
  std::string backend;       // gRPC target of the annotated services.
  std::string auth;   // gRPC target of auth-service; may be empty if no namespace asks for tokens.
  size_t shards = 1;  // Threads that serve clients, 1 to 64.
  ServerOptions server;
  gateway::GatewayOptions gateway;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_EDGE_OPTIONS_H_
