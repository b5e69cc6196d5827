// What the Engine.IO part of an edge is configured with.

#ifndef EDGE_TRANSPORT_ENGINE_OPTIONS_H_
#define EDGE_TRANSPORT_ENGINE_OPTIONS_H_

#include <cstddef>
#include <memory>
#include <string>

#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/transport/engine_observer.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::transport {

struct EngineOptions {
  std::string path = "/socket.io/";  // With a slash at both ends.
  engineio::SessionConfig session;
  websocket::DeflateOptions deflate;  // permessage-deflate.
  size_t fragments_max = 1024;        // WebSocket frames of one message.
  // Shared by all shards.
  std::shared_ptr<EngineObserver> observer = std::make_shared<NullEngineObserver>();
  std::shared_ptr<LimitObserver> limit_observer = std::make_shared<NullLimitObserver>();
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_ENGINE_OPTIONS_H_
