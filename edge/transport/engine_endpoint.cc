#include "edge/transport/engine_endpoint.h"

#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"
#include "edge/engineio/session_id.h"

namespace caucus::edge::transport {
namespace {

using engineio::HandshakeError;

// RFC 6455 §4.2.1.
bool IsWebSocketHandshake(const http::Request& request) {
  std::string nonce;
  return request.method == "GET" && request.Header("sec-websocket-version") == "13" &&
         absl::Base64Unescape(ToAbsl(request.Header("sec-websocket-key")), &nonce) &&
         nonce.size() == 16;
}

std::shared_ptr<const engineio::HandshakeInfo> InfoOf(const http::Request& request) {
  return std::make_shared<const engineio::HandshakeInfo>(
      engineio::HandshakeInfo{.query = request.query,
                              .address = request.address,
                              .token = std::string(request.Header("token")),
                              .authorization = std::string(request.Header("authorization"))});
}

}  // namespace

EngineEndpoint::EngineEndpoint(Shard& shard, size_t shard_count, const EngineOptions& options,
                               SessionHandlerFactory factory, HttpHandler& fallback,
                               MoveToShard move)
    : shard_(shard),
      shard_count_(shard_count),
      options_(options),
      factory_(std::move(factory)),
      fallback_(fallback),
      move_(std::move(move)) {}

void EngineEndpoint::OnRequest(const std::shared_ptr<HttpConnection>& connection) {
  const http::Request& request = connection->request();
  if (!request.path.starts_with(options_.path)) return fallback_.OnRequest(connection);
  const engineio::RequestQuery query = engineio::ParseRequestQuery(request.query);
  const std::optional<uint8_t> owner = engineio::ShardOf(query.sid);
  if (owner && *owner < shard_count_ && *owner != shard_.index()) {
    return move_(*owner, connection->HandOver());
  }
  EngineConnection* const existing = shard_.Find(query.sid);
  const std::optional<HandshakeError> error =
      engineio::Verify({.query = query,
                        .is_get = request.method == "GET",
                        .is_upgrade = request.is_upgrade,
                        .session = existing == nullptr ? nullptr : &existing->session()});
  if (error) return Refuse(*connection, *error);
  if (refusing_ && existing == nullptr) {
    return connection->Respond(
        {.status = 503, .content_type = "", .body = "", .headers = {}, .close = true});
  }
  if (request.is_upgrade) return OnUpgrade(connection, existing);
  if (existing == nullptr) return OpenPolling(connection);
  if (request.method == "GET") return existing->OnPoll(connection);
  if (request.method == "POST") return existing->OnPayload(connection);
  connection->Respond({.status = 500, .content_type = "", .body = "", .headers = {}});
}

// A refused upgrade gets text and the end of the connection, as the reference does; always 400.
void EngineEndpoint::Refuse(HttpConnection& connection, HandshakeError error) const {
  if (connection.request().is_upgrade) {
    return connection.Respond({.status = 400,
                               .content_type = "text/html",
                               .body = std::string(engineio::MessageOf(error)),
                               .headers = {},
                               .close = true});
  }
  connection.Respond({.status = error == HandshakeError::kForbidden ? 403u : 400u,
                      .content_type = "application/json",
                      .body = engineio::BodyOf(error),
                      .headers = {}});
}

void EngineEndpoint::OnUpgrade(const std::shared_ptr<HttpConnection>& connection,
                               EngineConnection* existing) {
  const http::Request request = connection->request();
  if (!IsWebSocketHandshake(request)) return Refuse(*connection, HandshakeError::kBadRequest);
  std::string input;
  tcp::socket socket = connection->TakeSocket(input);
  const auto stream = std::make_shared<WebSocketStream>(shard_, std::move(socket), options_,
                                                        request, std::move(input));
  if (existing == nullptr) {
    Open(request, engineio::Transport::kWebSocket)->Attach(stream);
  } else if (!existing->BeginUpgrade(stream)) {
    stream->Leave({});
  }
}

void EngineEndpoint::OpenPolling(const std::shared_ptr<HttpConnection>& connection) {
  Open(connection->request(), engineio::Transport::kPolling)->OnPoll(connection);
}

std::shared_ptr<EngineConnection> EngineEndpoint::Open(const http::Request& request,
                                                       engineio::Transport transport) {
  auto connection = std::make_shared<EngineConnection>(shard_, options_, transport);
  connection->Start(factory_, InfoOf(request));
  return connection;
}

}  // namespace caucus::edge::transport
