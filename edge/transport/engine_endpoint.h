// The Engine.IO path of the HTTP server: opens sessions and hands requests to them.

#ifndef EDGE_TRANSPORT_ENGINE_ENDPOINT_H_
#define EDGE_TRANSPORT_ENGINE_ENDPOINT_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "edge/engineio/handshake.h"
#include "edge/engineio/session.h"
#include "edge/http/cors.h"
#include "edge/http/origin_policy.h"
#include "edge/transport/engine_connection.h"
#include "edge/transport/engine_options.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/shard.h"

namespace caucus::edge::transport {

// Answers the requests below the path, for the client's bundles too, and passes the others on.
// There is one for each shard; a request for a session of another shard moves there with its TCP
// connection. Confined to its shard.
class EngineEndpoint final : public HttpHandler {
 public:
  // Lets another shard's endpoint go on with a connection.
  using MoveToShard = std::function<void(size_t shard, HttpHandOver)>;

  // REQUIRES: the references outlive the endpoint.
  EngineEndpoint(Shard& shard, size_t shard_count, const EngineOptions& options,
                 SessionHandlerFactory factory, HttpHandler& fallback, MoveToShard move);

  void OnHead(const std::shared_ptr<HttpConnection>& connection) override;
  void OnRequest(const std::shared_ptr<HttpConnection>& connection) override;

  // Answers handshakes with 503 from now on: the process ends.
  void RefuseNewSessions() { refusing_ = true; }

 private:
  void OnEngineRequest(const std::shared_ptr<HttpConnection>& connection);
  std::optional<engineio::HandshakeError> Verify(const http::Request& request,
                                                 const engineio::RequestQuery& query,
                                                 const EngineConnection* existing) const;
  bool MayOpen() const;
  std::optional<http::Response> AnswerBundle(const http::Request& request) const;
  void Refuse(HttpConnection& connection, engineio::HandshakeError error) const;
  void OnUpgrade(const std::shared_ptr<HttpConnection>& connection, EngineConnection* existing);
  void OpenPolling(const std::shared_ptr<HttpConnection>& connection);
  std::shared_ptr<EngineConnection> Open(const http::Request& request,
                                         engineio::Transport transport);

  Shard& shard_;
  const size_t shard_count_;
  const EngineOptions& options_;
  const std::string base_path_;  // Without a slash at its end.
  const std::string path_;
  const http::Cors cors_;
  const http::OriginPolicy origins_;
  const SessionHandlerFactory factory_;
  HttpHandler& fallback_;
  const MoveToShard move_;
  bool refusing_ = false;
};

}  // namespace caucus::edge::transport

#endif  // EDGE_TRANSPORT_ENGINE_ENDPOINT_H_
