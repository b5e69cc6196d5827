#include "edge/main/edge_flags.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"
#include "edge/http/address_limiter.h"
#include "edge/http/cookie.h"
#include "edge/http/cors.h"
#include "edge/http/static_files.h"
#include "edge/http/static_files_loader.h"
#include "edge/main/flag_types.h"
#include "edge/socketio/client.h"
#include "edge/transport/engine_options.h"
#include "edge/transport/http_limits.h"

using caucus::edge::Count;
using caucus::edge::Identifier;
using caucus::edge::MaxAge;
using caucus::edge::OriginList;
using caucus::edge::PathPrefix;
using caucus::edge::Rate;
using caucus::edge::Timeout;
using caucus::edge::TokenList;

ABSL_FLAG(std::string, listen, "127.0.0.1:8080", "address for clients, host:port");
ABSL_FLAG(std::string, admin_listen, "",
          "address for /metrics, /healthz and /readyz, host:port, which clients should not reach; "
          "empty: none");
ABSL_FLAG(std::string, backend, "127.0.0.1:50052", "gRPC target of the annotated services");
ABSL_FLAG(std::string, auth, "127.0.0.1:50051",
          "gRPC target of auth-service; may be empty if no namespace asks for tokens");
ABSL_FLAG(uint32_t, shards, 1, "threads that serve clients, 1 to 64; at most one for each core");
ABSL_FLAG(Identifier, edge_id, {}, "id of this process, unique among edges; empty: random");

// Engine.IO and Socket.IO: the reference's options, with its defaults.
ABSL_FLAG(PathPrefix, path, PathPrefix{"/socket.io"}, "path: what Engine.IO requests begin with");
ABSL_FLAG(bool, add_trailing_slash, true,
          "addTrailingSlash: requests have a slash behind the path");
ABSL_FLAG(std::vector<std::string>, transports, std::vector<std::string>({"polling", "websocket"}),
          "transports: those that are served");
ABSL_FLAG(bool, allow_upgrades, true, "allowUpgrades: offer WebSocket to polling clients");
ABSL_FLAG(Timeout, ping_interval, Timeout{absl::Seconds(25)},
          "pingInterval: from a pong to the next ping");
ABSL_FLAG(Timeout, ping_timeout, Timeout{absl::Seconds(20)}, "pingTimeout: for a pong to come");
ABSL_FLAG(Timeout, upgrade_timeout, Timeout{absl::Seconds(10)},
          "upgradeTimeout: for an upgrade from polling");
ABSL_FLAG(Timeout, connect_timeout, Timeout{absl::Seconds(45)},
          "connectTimeout: for a client to join its first namespace");
ABSL_FLAG(Count, payload_bytes_max, Count{1'000'000},
          "maxHttpBufferSize: size of one message or body from a client");
ABSL_FLAG(bool, per_message_deflate, false, "perMessageDeflate: compress WebSocket messages");
ABSL_FLAG(uint32_t, per_message_deflate_threshold, 1024,
          "messages shorter than that stay as they are");
ABSL_FLAG(bool, http_compression, true,
          "httpCompression: compress the answers to polling requests");
ABSL_FLAG(uint32_t, http_compression_threshold, 1024, "answers shorter than that stay as they are");
ABSL_FLAG(std::string, cookie, "",
          "cookie: its name, for load balancers that route by it; empty: none is set");
ABSL_FLAG(std::string, cookie_path, "/", "Path of the cookie; empty: none");
ABSL_FLAG(std::string, cookie_domain, "", "Domain of the cookie; empty: none");
ABSL_FLAG(MaxAge, cookie_max_age, MaxAge{absl::ZeroDuration()}, "Max-Age of the cookie; 0: none");
ABSL_FLAG(bool, cookie_http_only, true, "HttpOnly of the cookie");
ABSL_FLAG(bool, cookie_secure, false, "Secure of the cookie");
ABSL_FLAG(std::string, cookie_same_site, "lax", "SameSite of the cookie: lax, strict or none");
ABSL_FLAG(OriginList, cors_origin, {},
          "cors.origin: origins whose pages may use the edge, e.g. https://example.org, or *; "
          "requests of "
          "others are refused. Empty: no CORS headers, and no request is refused");
ABSL_FLAG(TokenList, cors_methods, TokenList({{"GET", "HEAD", "PUT", "PATCH", "POST", "DELETE"}}),
          "cors.methods");
ABSL_FLAG(TokenList, cors_allowed_headers, {},
          "cors.allowedHeaders; empty: those that the request asks for");
ABSL_FLAG(TokenList, cors_exposed_headers, {}, "cors.exposedHeaders");
ABSL_FLAG(bool, cors_credentials, false, "cors.credentials");
ABSL_FLAG(MaxAge, cors_max_age, MaxAge{absl::ZeroDuration()}, "cors.maxAge; 0: none");
ABSL_FLAG(uint32_t, cors_options_success_status, 204, "cors.optionsSuccessStatus, 200 to 299");
ABSL_FLAG(bool, cors_preflight_continue, false, "cors.preflightContinue");
ABSL_FLAG(
    bool, require_origin, false,
    "refuse requests without an Origin: native clients, and pages that the edge itself serves");
ABSL_FLAG(bool, serve_client, true,
          "serveClient: serve the bundles of --client_dist below the path");
ABSL_FLAG(std::string, client_dist, "", "directory `dist` of the npm package socket.io-client");
ABSL_FLAG(std::string, static_dir, "", "directory whose files are served at /; empty: none");

// Limits. Each time a client runs into one is counted in edge_limit_reached_total.
ABSL_FLAG(Count, send_queue_bytes_max, Count{1 << 20},
          "what may wait for one slow client before it is disconnected");
ABSL_FLAG(Rate, events_per_second, Rate{10'000},
          "events of one connection; more are refused. 0: any number");
ABSL_FLAG(Count, events_burst, Count{10'000}, "events of one connection at once after a rest");
ABSL_FLAG(Count, events_refused_max, Count{100}, "refused in a row; then the connection is closed");
ABSL_FLAG(Count, pending_acks_max, Count{64},
          "events of one socket that wait for their answer; then its connection is not read from");
ABSL_FLAG(Count, calls_in_flight_max, Count{10'000},
          "calls of one shard under way; more events are refused");
ABSL_FLAG(Count, pending_event_bytes_max, Count{1'000'000}, "likewise, of their requests together");
ABSL_FLAG(Count, departed_event_bytes_max, Count{16 << 20},
          "what waits of sockets that have left, in one shard; more is dropped");
ABSL_FLAG(Count, call_bytes_in_flight_max, Count{64 << 20},
          "requests of one shard's calls under way, together");
ABSL_FLAG(Count, feeds_max, Count{20'000}, "rooms of one shard that follow a stream");
ABSL_FLAG(Count, rooms_per_socket_max, Count{128}, "rooms that one socket may be in");
ABSL_FLAG(Count, namespaces_per_connection_max, Count{8},
          "namespaces that one connection may join");
ABSL_FLAG(uint32_t, attachments_max, 10, "binary values in one packet from a client");
ABSL_FLAG(Count, json_depth_max, Count{32}, "nesting of the JSON in one packet from a client");
ABSL_FLAG(Count, json_members_max, Count{256}, "members of one object in a client's JSON");
ABSL_FLAG(Timeout, attachments_timeout, Timeout{absl::Seconds(10)},
          "for the binary values of a packet to come");
ABSL_FLAG(Count, fragments_max, Count{1024}, "WebSocket frames of one message");
ABSL_FLAG(uint32_t, connections_per_address_max, 16'384,
          "TCP connections from one address, or one /64 network of IPv6. 0: any number");
ABSL_FLAG(Count, pending_handshakes_max, Count{10'000},
          "connections of one shard that have joined no namespace yet; more get 503");
ABSL_FLAG(Count, header_bytes_max, Count{16 * 1024}, "size of a request's line and headers");
ABSL_FLAG(Count, header_count_max, Count{64}, "headers of a request");
ABSL_FLAG(Timeout, header_timeout, Timeout{absl::Seconds(5)},
          "from a request's first byte to its headers' end");
ABSL_FLAG(Timeout, body_timeout, Timeout{absl::Seconds(10)},
          "for a body, beside the time that its bytes take at 16 KiB a second");
ABSL_FLAG(Timeout, idle_timeout, Timeout{absl::Seconds(60)},
          "between two requests of a connection");
ABSL_FLAG(Timeout, call_timeout, Timeout{absl::Seconds(5)}, "deadline of calls to the services");
ABSL_FLAG(Timeout, heartbeat_interval, Timeout{absl::Seconds(5)},
          "between two calls of a HEARTBEAT method, 1s to 60s; also their deadline, unless "
          "--call_timeout is shorter");

namespace caucus::edge {
namespace {

// Parsing takes stack for each level.
constexpr size_t kJsonDepthMax = 256;

template <typename Duration>
void ReadTimeout(const absl::Flag<Timeout>& flag, Duration& out) {
  out = std::chrono::duration_cast<Duration>(absl::ToChronoNanoseconds(absl::GetFlag(flag).value));
}

absl::Status Fault(absl::string_view name, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("--", name, " ", what));
}

absl::Status ReadTransports(engineio::TransportSet& transports) {
  transports = {.polling = false, .websocket = false};
  for (const std::string& name : absl::GetFlag(FLAGS_transports)) {
    if (name != "polling" && name != "websocket") {
      return Fault("transports", "may be polling and websocket");
    }
    (name == "polling" ? transports.polling : transports.websocket) = true;
  }
  if (!transports.polling && !transports.websocket) return Fault("transports", "must not be empty");
  return absl::OkStatus();
}

absl::Status ReadSession(engineio::SessionConfig& session) {
  ReadTimeout(FLAGS_ping_interval, session.ping_interval);
  ReadTimeout(FLAGS_ping_timeout, session.ping_timeout);
  ReadTimeout(FLAGS_upgrade_timeout, session.upgrade_timeout);
  ReadTimeout(FLAGS_connect_timeout, session.activation_timeout);
  RETURN_IF_ERROR(ReadTransports(session.transports));
  session.allow_upgrades = absl::GetFlag(FLAGS_allow_upgrades);
  session.payload_bytes_max = absl::GetFlag(FLAGS_payload_bytes_max).value;
  session.queue_bytes_max = absl::GetFlag(FLAGS_send_queue_bytes_max).value;
  return absl::OkStatus();
}

// Nothing for zero.
std::optional<std::chrono::seconds> ReadMaxAge(const absl::Flag<MaxAge>& flag) {
  const int64_t seconds = absl::ToInt64Seconds(absl::GetFlag(flag).value);
  return seconds <= 0 ? std::nullopt : std::optional(std::chrono::seconds(seconds));
}

absl::Status ReadCookie(std::optional<http::CookieOptions>& cookie) {
  const std::string same_site = absl::GetFlag(FLAGS_cookie_same_site);
  if (same_site != "lax" && same_site != "strict" && same_site != "none") {
    return Fault("cookie_same_site", "must be lax, strict or none");
  }
  if (absl::GetFlag(FLAGS_cookie).empty()) return absl::OkStatus();
  cookie = {.name = absl::GetFlag(FLAGS_cookie),
            .path = absl::GetFlag(FLAGS_cookie_path),
            .domain = absl::GetFlag(FLAGS_cookie_domain),
            .max_age = ReadMaxAge(FLAGS_cookie_max_age),
            .http_only = absl::GetFlag(FLAGS_cookie_http_only),
            .secure = absl::GetFlag(FLAGS_cookie_secure)};
  if (same_site == "strict") cookie->same_site = http::SameSite::kStrict;
  if (same_site == "none") cookie->same_site = http::SameSite::kNone;
  return http::IsValid(*cookie)
             ? absl::OkStatus()
             : Fault("cookie", "and its path and domain must be fit for a cookie");
}

absl::Status ReadCors(http::CorsOptions& cors) {
  cors = {.origins = absl::GetFlag(FLAGS_cors_origin).value,
          .methods = absl::GetFlag(FLAGS_cors_methods).value,
          .allowed_headers = absl::GetFlag(FLAGS_cors_allowed_headers).value,
          .exposed_headers = absl::GetFlag(FLAGS_cors_exposed_headers).value,
          .credentials = absl::GetFlag(FLAGS_cors_credentials),
          .max_age = ReadMaxAge(FLAGS_cors_max_age),
          .options_success_status = absl::GetFlag(FLAGS_cors_options_success_status),
          .preflight_continue = absl::GetFlag(FLAGS_cors_preflight_continue)};
  if (cors.options_success_status < 200 || cors.options_success_status > 299) {
    return Fault("cors_options_success_status", "must be between 200 and 299");
  }
  return absl::OkStatus();
}

absl::Status ReadFiles(ServerOptions& options) {
  const std::string dist = absl::GetFlag(FLAGS_client_dist);
  if (absl::GetFlag(FLAGS_serve_client) && !dist.empty()) {
    absl::StatusOr<http::StaticFiles> bundles = http::LoadClientBundles(dist);
    if (!bundles.ok()) return Fault("client_dist", bundles.status().message());
    options.engine.client_bundles = std::make_shared<const http::StaticFiles>(*std::move(bundles));
  }
  const std::string directory = absl::GetFlag(FLAGS_static_dir);
  if (!directory.empty()) {
    absl::StatusOr<http::StaticFiles> files = http::LoadStaticFiles(directory);
    if (!files.ok()) return Fault("static_dir", files.status().message());
    options.static_files = std::make_shared<const http::StaticFiles>(*std::move(files));
  }
  return absl::OkStatus();
}

absl::Status ReadEngineOptions(ServerOptions& options) {
  transport::EngineOptions& engine = options.engine;
  engine.path = absl::GetFlag(FLAGS_path).value;
  engine.add_trailing_slash = absl::GetFlag(FLAGS_add_trailing_slash);
  RETURN_IF_ERROR(ReadSession(engine.session));
  engine.deflate = {.enabled = absl::GetFlag(FLAGS_per_message_deflate),
                    .threshold_bytes = absl::GetFlag(FLAGS_per_message_deflate_threshold)};
  engine.compression = {.enabled = absl::GetFlag(FLAGS_http_compression),
                        .threshold_bytes = absl::GetFlag(FLAGS_http_compression_threshold)};
  engine.fragments_max = absl::GetFlag(FLAGS_fragments_max).value;
  engine.pending_handshakes_max = absl::GetFlag(FLAGS_pending_handshakes_max).value;
  engine.require_origin = absl::GetFlag(FLAGS_require_origin);
  RETURN_IF_ERROR(ReadCookie(engine.cookie));
  RETURN_IF_ERROR(ReadCors(engine.cors));
  return ReadFiles(options);
}

absl::Status ReadHttpLimits(transport::HttpLimits& http) {
  http.head = {.bytes_max = absl::GetFlag(FLAGS_header_bytes_max).value,
               .headers_max = absl::GetFlag(FLAGS_header_count_max).value};
  http.body.bytes_max = absl::GetFlag(FLAGS_payload_bytes_max).value;
  ReadTimeout(FLAGS_header_timeout, http.header_timeout);
  ReadTimeout(FLAGS_body_timeout, http.body_timeout);
  ReadTimeout(FLAGS_idle_timeout, http.idle_timeout);
  http.addresses =
      std::make_shared<http::AddressLimiter>(absl::GetFlag(FLAGS_connections_per_address_max));
  return absl::OkStatus();
}

absl::Status ReadClientLimits(socketio::ClientLimits& client) {
  client.attachment_bytes_max = absl::GetFlag(FLAGS_payload_bytes_max).value;
  client.namespaces_max = absl::GetFlag(FLAGS_namespaces_per_connection_max).value;
  client.packet.attachments_max = absl::GetFlag(FLAGS_attachments_max);
  client.packet.json_depth_max = absl::GetFlag(FLAGS_json_depth_max).value;
  if (client.packet.json_depth_max > kJsonDepthMax) {
    return Fault("json_depth_max", absl::StrCat("must be at most ", kJsonDepthMax));
  }
  client.packet.json_members_max = absl::GetFlag(FLAGS_json_members_max).value;
  ReadTimeout(FLAGS_attachments_timeout, client.attachments_timeout);
  client.event_rate = {.per_second = absl::GetFlag(FLAGS_events_per_second).value,
                       .burst = static_cast<double>(absl::GetFlag(FLAGS_events_burst).value)};
  client.event_rate_violations_max = absl::GetFlag(FLAGS_events_refused_max).value;
  return absl::OkStatus();
}

absl::StatusOr<gateway::GatewayOptions> ReadGatewayOptions() {
  gateway::GatewayOptions options;
  options.heartbeat_interval = absl::GetFlag(FLAGS_heartbeat_interval).value;
  if (options.heartbeat_interval < absl::Seconds(1) ||
      options.heartbeat_interval > absl::Seconds(60)) {
    return Fault("heartbeat_interval", "must be between 1s and 60s");
  }
  options.edge_id = absl::GetFlag(FLAGS_edge_id).value;
  if (options.edge_id.empty()) {
    options.edge_id = absl::StrFormat("edge-%08x", absl::Uniform<uint32_t>(absl::BitGen()));
  }
  options.call_timeout = absl::GetFlag(FLAGS_call_timeout).value;
  options.events_pending_max = absl::GetFlag(FLAGS_pending_acks_max).value;
  options.calls_in_flight_max = absl::GetFlag(FLAGS_calls_in_flight_max).value;
  options.event_bytes_pending_max = absl::GetFlag(FLAGS_pending_event_bytes_max).value;
  options.departed_event_bytes_max = absl::GetFlag(FLAGS_departed_event_bytes_max).value;
  options.call_bytes_in_flight_max = absl::GetFlag(FLAGS_call_bytes_in_flight_max).value;
  options.feed.feeds_max = absl::GetFlag(FLAGS_feeds_max).value;
  options.rooms_per_socket_max = absl::GetFlag(FLAGS_rooms_per_socket_max).value;
  return options;
}

}  // namespace

absl::StatusOr<EdgeOptions> ReadEdgeFlags() {
  EdgeOptions options;
  options.listen = absl::GetFlag(FLAGS_listen);
  options.admin_listen = absl::GetFlag(FLAGS_admin_listen);
  options.backend = absl::GetFlag(FLAGS_backend);
  if (options.backend.empty()) return Fault("backend", "is needed");
  options.auth = absl::GetFlag(FLAGS_auth);
  options.shards = absl::GetFlag(FLAGS_shards);
  if (options.shards < 1 || options.shards > 64) {
    return absl::InvalidArgumentError("--shards must be between 1 and 64");
  }
  RETURN_IF_ERROR(ReadEngineOptions(options.server));
  RETURN_IF_ERROR(ReadHttpLimits(options.server.http));
  RETURN_IF_ERROR(ReadClientLimits(options.server.client));
  ASSIGN_OR_RETURN(options.gateway, ReadGatewayOptions());
  return options;
}

}  // namespace caucus::edge
