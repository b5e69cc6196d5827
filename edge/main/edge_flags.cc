#include "edge/main/edge_flags.h"

#include <cstdint>
#include <string>

#include "absl/flags/flag.h"
#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/status/status_macros.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:8080", "address for clients, host:port");
ABSL_FLAG(std::string, admin_listen, "",
          "address for /metrics, /healthz and /readyz, host:port, which clients should not reach; "
          "empty: none");
ABSL_FLAG(std::string, backend, "127.0.0.1:50052", "gRPC target of the annotated services");
ABSL_FLAG(std::string, auth, "127.0.0.1:50051",
          "gRPC target of auth-service; may be empty if no namespace asks for tokens");
ABSL_FLAG(uint32_t, shards, 1, "threads that serve clients, 1 to 64; at most one for each core");
ABSL_FLAG(std::string, edge_id, "", "id of this process, unique among edges; empty: random");

// Engine.IO and Socket.IO, with the reference's names and defaults.
ABSL_FLAG(absl::Duration, ping_interval, absl::Seconds(25), "Engine.IO pingInterval");
ABSL_FLAG(absl::Duration, ping_timeout, absl::Seconds(20), "Engine.IO pingTimeout");
ABSL_FLAG(absl::Duration, upgrade_timeout, absl::Seconds(10), "for an upgrade from polling");
ABSL_FLAG(absl::Duration, connect_timeout, absl::Seconds(45),
          "for a client to join its first namespace");
ABSL_FLAG(uint32_t, payload_bytes_max, 1'000'000,
          "maxHttpBufferSize: size of one message or body from a client");

// Limits.
ABSL_FLAG(uint32_t, send_queue_bytes_max, 1 << 20,
          "what may wait for one slow client before it is disconnected");
ABSL_FLAG(absl::Duration, call_timeout, absl::Seconds(5), "deadline of calls to the services");

namespace caucus::edge {
namespace {

constexpr absl::Duration kDurationMin = absl::Milliseconds(1);
constexpr absl::Duration kDurationMax = absl::Hours(24);

// Reads a duration between a millisecond and a day.
absl::Status ReadDuration(const absl::Flag<absl::Duration>& flag, absl::string_view name,
                          engineio::Duration& out) {
  const absl::Duration value = absl::GetFlag(flag);
  if (value < kDurationMin || value > kDurationMax) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " must be between 1ms and 24h"));
  }
  out = absl::ToChronoNanoseconds(value);
  return absl::OkStatus();
}

absl::Status ReadEngineOptions(ServerOptions& options) {
  engineio::SessionConfig& session = options.engine.session;
  RETURN_IF_ERROR(ReadDuration(FLAGS_ping_interval, "ping_interval", session.ping_interval));
  RETURN_IF_ERROR(ReadDuration(FLAGS_ping_timeout, "ping_timeout", session.ping_timeout));
  RETURN_IF_ERROR(ReadDuration(FLAGS_upgrade_timeout, "upgrade_timeout", session.upgrade_timeout));
  RETURN_IF_ERROR(
      ReadDuration(FLAGS_connect_timeout, "connect_timeout", session.activation_timeout));
  session.payload_bytes_max = absl::GetFlag(FLAGS_payload_bytes_max);
  session.queue_bytes_max = absl::GetFlag(FLAGS_send_queue_bytes_max);
  options.http.body.bytes_max = session.payload_bytes_max;
  options.client.attachment_bytes_max = session.payload_bytes_max;
  return absl::OkStatus();
}

gateway::GatewayOptions ReadGatewayOptions() {
  gateway::GatewayOptions options;
  options.edge_id = absl::GetFlag(FLAGS_edge_id);
  if (options.edge_id.empty()) {
    options.edge_id = absl::StrFormat("edge-%08x", absl::Uniform<uint32_t>(absl::BitGen()));
  }
  options.call_timeout = absl::GetFlag(FLAGS_call_timeout);
  return options;
}

}  // namespace

absl::StatusOr<EdgeOptions> ReadEdgeFlags() {
  EdgeOptions options;
  options.listen = absl::GetFlag(FLAGS_listen);
  options.admin_listen = absl::GetFlag(FLAGS_admin_listen);
  options.backend = absl::GetFlag(FLAGS_backend);
  options.auth = absl::GetFlag(FLAGS_auth);
  options.shards = absl::GetFlag(FLAGS_shards);
  if (options.shards < 1 || options.shards > 64) {
    return absl::InvalidArgumentError("--shards must be between 1 and 64");
  }
  RETURN_IF_ERROR(ReadEngineOptions(options.server));
  options.gateway = ReadGatewayOptions();
  return options;
}

}  // namespace caucus::edge
