// A bare Engine.IO server on the edge's transport layer: every message comes back as it was sent.

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/config/flags.h"
#include "common/grpc/termination.h"
#include "common/status/status_macros.h"
#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/handshake_info.h"
#include "edge/engineio/session.h"
#include "edge/http/http_message.h"
#include "edge/transport/engine_endpoint.h"
#include "edge/transport/http_connection.h"
#include "edge/transport/listener.h"
#include "edge/transport/shard.h"

ABSL_FLAG(uint16_t, port, 3000, "port on 127.0.0.1; 0 is any free one");
ABSL_FLAG(std::string, path, "/engine.io/", "path of Engine.IO, with a slash at both ends");
ABSL_FLAG(absl::Duration, ping_interval, absl::Milliseconds(300), "Engine.IO pingInterval");
ABSL_FLAG(absl::Duration, ping_timeout, absl::Milliseconds(200), "Engine.IO pingTimeout");
ABSL_FLAG(absl::Duration, upgrade_timeout, absl::Seconds(10), "for an upgrade from polling");
ABSL_FLAG(uint32_t, payload_bytes_max, 1'000'000, "size of one message or body from a client");
ABSL_FLAG(uint32_t, send_queue_bytes_max, 1 << 20, "what may wait for one slow client");
ABSL_FLAG(absl::Duration, close_linger, absl::Seconds(30), "for a slow client to be told");
ABSL_FLAG(uint32_t, fragments_max, 1024, "WebSocket frames of one message");
ABSL_FLAG(bool, allow_upgrades, true, "offer an upgrade from polling");
ABSL_FLAG(bool, per_message_deflate, false, "accept permessage-deflate");
ABSL_FLAG(uint32_t, deflate_threshold, 1024, "bytes from which a message is compressed");

namespace caucus::conformance {
namespace {

using edge::engineio::EncodedPacket;
using edge::engineio::MessageKind;
using edge::engineio::PacketType;
using edge::engineio::Session;
using edge::transport::HttpConnection;

class EchoHandler final : public edge::engineio::SessionHandler {
 public:
  explicit EchoHandler(Session& session) : session_(session) { session_.Activate(); }

  void OnMessage(MessageKind kind, std::string_view data,
                 edge::engineio::MonotonicTime now) override {
    static_cast<void>(now);
    session_.Send(kind == MessageKind::kText ? EncodedPacket::Text(PacketType::kMessage, data)
                                             : EncodedPacket::Binary(data));
  }

  void OnClose(edge::engineio::CloseReason reason) override { static_cast<void>(reason); }

 private:
  Session& session_;
};

class NotFoundHandler final : public edge::transport::HttpHandler {
 public:
  void OnRequest(const std::shared_ptr<HttpConnection>& connection) override {
    connection->Respond({.status = 404, .content_type = "", .body = "", .headers = {}});
  }
};

edge::transport::EngineOptions ReadOptions() {
  edge::transport::EngineOptions options;
  options.path = absl::GetFlag(FLAGS_path);
  options.session.ping_interval = absl::ToChronoNanoseconds(absl::GetFlag(FLAGS_ping_interval));
  options.session.ping_timeout = absl::ToChronoNanoseconds(absl::GetFlag(FLAGS_ping_timeout));
  options.session.upgrade_timeout = absl::ToChronoNanoseconds(absl::GetFlag(FLAGS_upgrade_timeout));
  options.session.payload_bytes_max = absl::GetFlag(FLAGS_payload_bytes_max);
  options.session.queue_bytes_max = absl::GetFlag(FLAGS_send_queue_bytes_max);
  options.session.close_linger = absl::ToChronoNanoseconds(absl::GetFlag(FLAGS_close_linger));
  options.session.allow_upgrades = absl::GetFlag(FLAGS_allow_upgrades);
  options.fragments_max = absl::GetFlag(FLAGS_fragments_max);
  options.deflate.enabled = absl::GetFlag(FLAGS_per_message_deflate);
  options.deflate.threshold_bytes = absl::GetFlag(FLAGS_deflate_threshold);
  return options;
}

absl::Status Run() {
  const edge::transport::EngineOptions options = ReadOptions();
  edge::transport::HttpLimits limits;
  limits.body.bytes_max = options.session.payload_bytes_max;
  edge::transport::Shard shard(0);
  NotFoundHandler not_found;
  edge::transport::EngineEndpoint endpoint(
      shard, 1, options,
      [](Session& session, const std::shared_ptr<const edge::engineio::HandshakeInfo>&) {
        return std::make_unique<EchoHandler>(session);
      },
      not_found, [](size_t, const edge::transport::HttpHandOver&) {});
  ASSIGN_OR_RETURN(
      const std::unique_ptr<edge::transport::Listener> listener,
      edge::transport::Listener::Create(
          absl::StrCat("127.0.0.1:", absl::GetFlag(FLAGS_port)), {&shard},
          [&](edge::transport::Shard& on, edge::AcceptedSocket accepted) {
            std::make_shared<HttpConnection>(on, std::move(accepted), endpoint, limits)->Start();
          }));
  listener->Start();
  std::thread thread([&shard] { shard.Run(); });
  std::printf("listening on 127.0.0.1:%d\n", listener->port());
  std::fflush(stdout);
  WaitForTerminationSignal();
  shard.Stop();
  thread.join();
  shard.DropConnections();
  return absl::OkStatus();
}

}  // namespace
}  // namespace caucus::conformance

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  caucus::ParseFlags(argc, argv, "Echoes Engine.IO messages.");
  const absl::Status status = caucus::conformance::Run();
  if (status.ok()) return 0;
  std::fprintf(stderr, "cannot run: %s\n", std::string(status.message()).c_str());
  return 1;
}
