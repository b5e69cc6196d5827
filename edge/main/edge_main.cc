// The edge: Socket.IO and HTTP in front, gRPC behind. Reading main from top to bottom shows the
// architecture.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/auth/grpc_token_verifier.h"
#include "common/config/flags.h"
#include "common/grpc/channel.h"
#include "common/grpc/termination.h"
#include "common/logging/log_record.h"
#include "common/logging/logging.h"
#include "common/status/status_macros.h"
#include "common/time/clock.h"
#include "edge/backend/grpc_rpc_invoker.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/shard_mesh.h"
#include "edge/main/http_health_check.h"
#include "edge/main/readiness.h"
#include "edge/main/shard_server.h"
#include "edge/transcoding/event_table.h"
#include "edge/transport/listener.h"
#include "edge/transport/shard.h"
#include "google/protobuf/descriptor.pb.h"

ABSL_FLAG(std::string, listen, "127.0.0.1:8080", "address for clients, host:port");
ABSL_FLAG(std::string, descriptor_set, "",
          "file with the FileDescriptorSet of the annotated services, with their imports "
          "(protoc --include_imports --descriptor_set_out)");
ABSL_FLAG(std::string, backend, "127.0.0.1:50052", "gRPC target of the annotated services");
ABSL_FLAG(std::string, auth, "127.0.0.1:50051", "gRPC target of auth-service");
ABSL_FLAG(uint32_t, shards, 1, "threads that serve clients, 1 to 64; at most one for each core");
ABSL_FLAG(std::string, edge_id, "", "id of this process, unique among edges; empty: random");
ABSL_FLAG(absl::Duration, ping_interval, absl::Seconds(25), "Engine.IO pingInterval");
ABSL_FLAG(absl::Duration, ping_timeout, absl::Seconds(20), "Engine.IO pingTimeout");
ABSL_FLAG(absl::Duration, upgrade_timeout, absl::Seconds(10), "for an upgrade from polling");
ABSL_FLAG(absl::Duration, connect_timeout, absl::Seconds(45),
          "for a client to join its first namespace");
ABSL_FLAG(uint32_t, payload_bytes_max, 1'000'000, "size of one message or body from a client");
ABSL_FLAG(uint32_t, send_queue_bytes_max, 1 << 20,
          "what may wait for one slow client before it is disconnected");
ABSL_FLAG(absl::Duration, call_timeout, absl::Seconds(5), "deadline of calls to the services");
ABSL_FLAG(caucus::Severity, log_level, caucus::Severity::kInfo, "debug, info, warning or error");
ABSL_FLAG(bool, healthcheck, false, "ask the edge at --listen whether it is ready, and exit");

namespace caucus::edge {
namespace {

constexpr std::chrono::seconds kDrainTimeout{5};
constexpr std::chrono::milliseconds kDrainCheck{20};

engineio::Duration ToDuration(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

ServerOptions ReadServerOptions() {
  ServerOptions options;
  engineio::SessionConfig& session = options.engine.session;
  session.ping_interval = ToDuration(absl::GetFlag(FLAGS_ping_interval));
  session.ping_timeout = ToDuration(absl::GetFlag(FLAGS_ping_timeout));
  session.upgrade_timeout = ToDuration(absl::GetFlag(FLAGS_upgrade_timeout));
  session.activation_timeout = ToDuration(absl::GetFlag(FLAGS_connect_timeout));
  session.payload_bytes_max = absl::GetFlag(FLAGS_payload_bytes_max);
  session.queue_bytes_max = absl::GetFlag(FLAGS_send_queue_bytes_max);
  options.http.body_bytes_max = session.payload_bytes_max;
  options.client.attachment_bytes_max = session.payload_bytes_max;
  return options;
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

absl::StatusOr<std::unique_ptr<const transcoding::EventTable>> ReadEventTable() {
  const std::string path = absl::GetFlag(FLAGS_descriptor_set);
  if (path.empty()) return absl::InvalidArgumentError("--descriptor_set is required");
  std::ifstream file(path, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!file || !files.ParseFromIstream(&file)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no readable FileDescriptorSet"));
  }
  return transcoding::EventTable::Create(files);
}

// Returns when every shard has run what was posted to it before.
void AwaitShards(const std::vector<std::unique_ptr<transport::Shard>>& shards) {
  std::latch passed(static_cast<std::ptrdiff_t>(shards.size()));
  for (const auto& shard : shards) shard->Post([&passed] { passed.count_down(); });
  passed.wait();
}

// Ends all sessions, and waits until the services have heard of it. An answer may lead to a further
// call, on a shard that has not run yet: so there must be no call before and after all shards have
// run.
void Drain(const std::vector<std::unique_ptr<transport::Shard>>& shards,
           const std::vector<std::unique_ptr<ShardServer>>& servers,
           const backend::GrpcRpcInvoker& invoker) {
  for (size_t i = 0; i < shards.size(); ++i) {
    shards[i]->Post([server = servers[i].get()] { server->StartDraining(); });
  }
  AwaitShards(shards);
  const auto deadline = std::chrono::steady_clock::now() + kDrainTimeout;
  for (bool idle = false; std::chrono::steady_clock::now() < deadline;) {
    const bool was_idle = std::exchange(idle, invoker.Idle());
    if (was_idle && idle) return;
    std::this_thread::sleep_for(kDrainCheck);
    AwaitShards(shards);
  }
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const std::unique_ptr<const transcoding::EventTable> table, ReadEventTable());
  const ServerOptions server_options = ReadServerOptions();
  const gateway::GatewayOptions gateway_options = ReadGatewayOptions();
  const SystemClock clock;
  const uint32_t shard_count = std::clamp<uint32_t>(absl::GetFlag(FLAGS_shards), 1, 64);

  // Bottom-up: what is declared first is destroyed last.
  std::vector<std::unique_ptr<transport::Shard>> shards;
  for (uint32_t i = 0; i < shard_count; ++i) {
    shards.push_back(std::make_unique<transport::Shard>(static_cast<uint8_t>(i)));
  }
  const auto backend_channel = CreateChannel(absl::GetFlag(FLAGS_backend));
  const auto auth_channel = CreateChannel(absl::GetFlag(FLAGS_auth));
  GrpcTokenVerifier verifier(auth_channel, clock);
  backend::GrpcRpcInvoker invoker(backend_channel);
  backend::GrpcRpcInvoker auth_invoker(auth_channel);
  const Readiness readiness({&invoker, &auth_invoker});

  gateway::ShardMesh mesh;
  const gateway::GatewayServices services = {.table = *table,
                                             .invoker = invoker,
                                             .verifier = verifier,
                                             .mesh = mesh,
                                             .options = gateway_options};
  std::vector<std::unique_ptr<ShardServer>> servers;
  const auto post_to_server = [&](size_t target, std::function<void(ShardServer&)> task) {
    shards[target]->Post(
        [server = servers[target].get(), task = std::move(task)] { task(*server); });
  };
  for (const auto& shard : shards) {
    servers.push_back(std::make_unique<ShardServer>(
        *shard, shards.size(), server_options, services,
        [&readiness](std::function<void(absl::Status)> done) { readiness.Check(std::move(done)); },
        post_to_server));
    mesh.Add(*shard, servers.back()->gateway());
  }

  std::vector<transport::Shard*> shard_pointers;
  for (const auto& shard : shards) shard_pointers.push_back(shard.get());
  ASSIGN_OR_RETURN(
      const std::unique_ptr<transport::Listener> listener,
      transport::Listener::Create(absl::GetFlag(FLAGS_listen), shard_pointers,
                                  [&](transport::Shard& shard, transport::tcp::socket socket) {
                                    servers[shard.index()]->Serve(std::move(socket));
                                  }));
  listener->Start();
  std::vector<std::thread> threads;
  for (const auto& shard : shards) threads.emplace_back([&shard] { shard->Run(); });
  Log(Severity::kInfo, "serving",
      {{"address", absl::GetFlag(FLAGS_listen)},
       {"port", listener->port()},
       {"shards", shard_count},
       {"edge_id", gateway_options.edge_id}});

  const int signal = WaitForTerminationSignal();
  Log(Severity::kInfo, "stopping", {{"signal", signal}});
  shards.front()->Post([&listener] { listener->Stop(); });
  Drain(shards, servers, invoker);
  for (const auto& shard : shards) shard->Stop();
  for (std::thread& thread : threads) thread.join();
  for (const auto& shard : shards) shard->DropConnections();
  return absl::OkStatus();
}

}  // namespace
}  // namespace caucus::edge

int main(int argc, char** argv) {
  caucus::BlockTerminationSignals();
  caucus::ParseFlags(argc, argv, "Serves annotated gRPC services to Socket.IO clients.");
  if (absl::GetFlag(FLAGS_healthcheck)) {
    return caucus::edge::RunHttpHealthCheck(absl::GetFlag(FLAGS_listen));
  }
  caucus::InitLogging("edge", absl::GetFlag(FLAGS_log_level));
  const absl::Status status = caucus::edge::Run();
  if (status.ok()) return 0;
  caucus::Log(caucus::Severity::kError, "cannot run", {{"error", status.message()}});
  return 1;
}
