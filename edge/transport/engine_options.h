// What the Engine.IO part of an edge is configured with.

#ifndef EDGE_TRANSPORT_ENGINE_OPTIONS_H_
#define EDGE_TRANSPORT_ENGINE_OPTIONS_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edge/engineio/session.h"
#include "edge/http/content_coding.h"
#include "edge/http/cookie.h"
#include "edge/http/cors.h"
#include "edge/http/static_files.h"
#include "edge/limits/limit.h"
#include "edge/transport/engine_observer.h"
#include "edge/websocket/deflate.h"

namespace caucus::edge::transport {

struct EngineOptions {
  // What the paths of requests begin with. A slash at its end counts for nothing.
  std::string path = "/socket.io";
  bool add_trailing_slash = true;  // Requests have one behind the path.
  engineio::SessionConfig session;
  websocket::DeflateOptions deflate;  // permessage-deflate.
  size_t fragments_max = 1024;        // WebSocket frames of one message.
  // Its origins, unless they hold `*`, are all that is served: see OriginPolicy.
  http::CorsOptions cors;
  bool require_origin = false;
  std::optional<http::CookieOptions> cookie;  // For a session's first polling answer.
  http::CompressionOptions compression;       // Of polling answers.
  // The client's bundles, served below the path; null or empty: none.
  std::shared_ptr<const http::StaticFiles> client_bundles;
  // Headers of the handshake that the layer above may see, in lower case.
  std::vector<std::string> handshake_headers;
  // Sessions of one shard whose clients have joined no namespace yet; further handshakes get 503.
  size_t pending_handshakes_max = 10'000;
  // Shared by all shards.
  std::shared_ptr<EngineObserver> observer = std::make_shared<NullEngineObserver>();
  std::shared_ptr<LimitObserver> limit_observer = std::make_shared<NullLimitObserver>();
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_ENGINE_OPTIONS_H_
