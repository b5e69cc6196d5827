#include "edge/transport/engine_endpoint.h"

#include <boost/beast/http/rfc7230.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session_id.h"
#include "edge/http/cookie.h"
#include "edge/limits/limit.h"

namespace caucus::edge::transport {
namespace {

using engineio::HandshakeError;

constexpr std::string_view kWebSocketVersion = "13";
constexpr size_t kHandshakeHeaderBytesMax = 1024;

std::string WithoutTrailingSlash(std::string path) {
  if (path.ends_with('/')) path.pop_back();
  return path;
}

// RFC 6455 §4.2.1.
bool IsWebSocketHandshake(const http::Request& request) {
  std::string nonce;
  return request.method == "GET" &&
         boost::beast::http::token_list(request.Header("upgrade")).exists("websocket") &&
         request.Header("sec-websocket-version") == kWebSocketVersion &&
         absl::Base64Unescape(ToAbsl(request.Header("sec-websocket-key")), &nonce) &&
         nonce.size() == 16;
}

std::shared_ptr<const engineio::HandshakeInfo> InfoOf(const http::Request& request,
                                                      const EngineOptions& options) {
  auto info = std::make_shared<engineio::HandshakeInfo>();
  info->query = request.query;
  info->address = request.address;
  info->token = request.Header("token");
  info->authorization = request.Header("authorization");
  for (const std::string& name : options.handshake_headers) {
    const std::string_view value = request.Header(name);
    if (!value.empty()) {
      info->headers.emplace_back(name, value.substr(0, kHandshakeHeaderBytesMax));
    }
  }
  return info;
}

// Old Internet Explorers take an answer's script for one that was smuggled in, as the reference
// knows.
bool SuspectsScripts(std::string_view user_agent) {
  return user_agent.find(";MSIE") != std::string_view::npos ||
         user_agent.find("Trident/") != std::string_view::npos;
}

http::Response Unavailable() {
  return {.status = 503, .content_type = "", .body = "", .headers = {}, .close = true};
}

}  // namespace

EngineEndpoint::EngineEndpoint(Shard& shard, size_t shard_count, const EngineOptions& options,
                               SessionHandlerFactory factory, HttpHandler& fallback,
                               MoveToShard move)
    : shard_(shard),
      shard_count_(shard_count),
      options_(options),
      base_path_(WithoutTrailingSlash(options.path)),
      path_(options.add_trailing_slash ? base_path_ + "/" : base_path_),
      cors_(options.cors),
      origins_{.origins = options.cors.origins, .require_origin = options.require_origin},
      factory_(std::move(factory)),
      fallback_(fallback),
      move_(std::move(move)) {}

void EngineEndpoint::OnHead(const std::shared_ptr<HttpConnection>& connection) {
  const http::Request& request = connection->request();
  if (!request.path.starts_with(path_)) return;
  const engineio::RequestQuery query = engineio::ParseRequestQuery(request.query);
  const std::optional<uint8_t> owner = engineio::ShardOf(query.sid);
  if (owner && *owner < shard_count_ && *owner != shard_.index()) {
    return move_(*owner, connection->HandOver());
  }
  if (request.method != "POST" || request.is_upgrade || AnswerBundle(request)) return;
  EngineConnection* const existing = shard_.Find(query.sid);
  if (existing == nullptr || Verify(request, query, existing)) return;
  if (existing->BeginPayload(connection)) return;
  connection->AddAnswerHeaders(cors_.HeadersFor(request));
  connection->Respond({.status = 400, .content_type = "", .body = "", .headers = {}});
}

void EngineEndpoint::OnRequest(const std::shared_ptr<HttpConnection>& connection) {
  const http::Request& request = connection->request();
  if (!request.path.starts_with(path_)) return fallback_.OnRequest(connection);
  if (!request.is_upgrade) {
    if (std::optional<http::Response> preflight = cors_.Preflight(request)) {
      return connection->Respond(*std::move(preflight));
    }
    connection->AddAnswerHeaders(cors_.HeadersFor(request));
    if (std::optional<http::Response> bundle = AnswerBundle(request)) {
      return connection->Respond(*std::move(bundle));
    }
  }
  OnEngineRequest(connection);
}

std::optional<HandshakeError> EngineEndpoint::Verify(const http::Request& request,
                                                     const engineio::RequestQuery& query,
                                                     const EngineConnection* existing) const {
  const http::OriginVerdict origin = http::JudgeOrigin(origins_, request.Header("origin"));
  return engineio::Verify({.query = query,
                           .is_get = request.method == "GET",
                           .is_upgrade = request.is_upgrade,
                           .transports = options_.session.transports,
                           .origin_malformed = origin == http::OriginVerdict::kMalformed,
                           .origin_forbidden = origin == http::OriginVerdict::kForbidden,
                           .session = existing == nullptr ? nullptr : &existing->session()});
}

void EngineEndpoint::OnEngineRequest(const std::shared_ptr<HttpConnection>& connection) {
  const http::Request& request = connection->request();
  const engineio::RequestQuery query = engineio::ParseRequestQuery(request.query);
  EngineConnection* const existing = shard_.Find(query.sid);
  if (const std::optional<HandshakeError> error = Verify(request, query, existing)) {
    return Refuse(*connection, *error);
  }
  if (existing == nullptr && !MayOpen()) return connection->Respond(Unavailable());
  if (request.is_upgrade) return OnUpgrade(connection, existing);
  if (SuspectsScripts(request.Header("user-agent"))) {
    connection->AddAnswerHeaders({{"X-XSS-Protection", "0"}});
  }
  if (request.method == "GET") connection->AllowCompression(options_.compression);
  if (existing == nullptr) return OpenPolling(connection);
  if (request.method == "GET") return existing->OnPoll(connection);
  if (request.method == "POST") return existing->OnPayload(connection);
  connection->Respond({.status = 500, .content_type = "", .body = "", .headers = {}});
}

bool EngineEndpoint::MayOpen() const {
  if (refusing_) return false;
  if (shard_.pending_handshakes() < options_.pending_handshakes_max) return true;
  options_.limit_observer->OnLimitReached(Limit::kPendingHandshakes);
  return false;
}

// Any other name below the path is Engine.IO's.
std::optional<http::Response> EngineEndpoint::AnswerBundle(const http::Request& request) const {
  const std::string_view name = std::string_view(request.path).substr(base_path_.size());
  if (options_.client_bundles == nullptr || !name.starts_with('/')) return std::nullopt;
  return options_.client_bundles->Answer(request, name.substr(1));
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
  if (!IsWebSocketHandshake(connection->request())) {
    connection->AddAnswerHeaders({{"Sec-WebSocket-Version", std::string(kWebSocketVersion)}});
    return Refuse(*connection, HandshakeError::kBadRequest);
  }
  const http::Request request = connection->TakeRequest();
  HttpConnection::Socket taken = connection->TakeSocket();
  const auto stream = std::make_shared<WebSocketStream>(shard_, std::move(taken.socket), options_,
                                                        request, std::move(taken.input));
  stream->Hold(std::move(taken.slot));
  if (existing == nullptr) {
    Open(request, engineio::Transport::kWebSocket)->Attach(stream);
  } else if (!existing->BeginUpgrade(stream)) {
    stream->Leave({});
  }
}

void EngineEndpoint::OpenPolling(const std::shared_ptr<HttpConnection>& connection) {
  const std::shared_ptr<EngineConnection> opened =
      Open(connection->request(), engineio::Transport::kPolling);
  if (options_.cookie) {
    connection->AddAnswerHeaders(
        {{"Set-Cookie", http::SetCookie(*options_.cookie, opened->session().id())}});
  }
  opened->OnPoll(connection);
}

std::shared_ptr<EngineConnection> EngineEndpoint::Open(const http::Request& request,
                                                       engineio::Transport transport) {
  auto connection = std::make_shared<EngineConnection>(shard_, options_, transport);
  connection->Start(factory_, InfoOf(request, options_));
  return connection;
}

}  // namespace caucus::edge::transport
