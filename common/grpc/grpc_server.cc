#include "common/grpc/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/impl/server_builder_plugin.h>
#include <grpcpp/security/server_credentials.h>

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/grpc/grpc_runtime.h"
#include "common/grpc/unix_socket.h"
#include "common/status/status_macros.h"

namespace caucus {
namespace {

constexpr int kMetadataBytesMax = 16 * 1024;

// The reflection library adds its plugin to every server of a process that is linked with it. Its
// service is a synchronous one, and brings threads that wait for the sockets beside ours.
class WithoutPlugins final : public grpc::ServerBuilderOption {
 public:
  void UpdateArguments(grpc::ChannelArguments* /*arguments*/) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<grpc::ServerBuilderPlugin>>* plugins) override {
    plugins->clear();
  }
};

void SetPlugins(grpc::ServerBuilder& builder, GrpcServer::Reflection reflection) {
  grpc::EnableDefaultHealthCheckService(false);  // HealthService is ours.
  if (reflection == GrpcServer::Reflection::kOn) {
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  } else {
    builder.SetOption(std::make_unique<WithoutPlugins>());
  }
}

void SetKeepalive(grpc::ServerBuilder& builder) {
  // Below the period of our clients' pings (channel.cc), else we would send them away.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 60'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 20'000);
}

// What each call would pay for, and none of our callers use.
void LeaveOut(grpc::ServerBuilder& builder) {
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_COMPRESSION, 0);
  // A timer for each call: methods keep its deadline themselves, and callers cancel.
  builder.AddChannelArgument(GRPC_ARG_ENABLE_DEADLINE_CHECKS, 0);
  // Requests are small: nothing is gained by measuring how large it should be.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(Options options,
                                                              const Services& services) {
  auto server = std::make_unique<GrpcServer>(std::move(options));
  RETURN_IF_ERROR(server->Listen(services));
  return server;
}

GrpcServer::GrpcServer(Options options)
    : options_(std::move(options)),
      queue_(std::make_unique<ServerQueue>(builder_.AddCompletionQueue())) {}

// gRPC has operations of its own on the queue, which use the server.
GrpcServer::~GrpcServer() {
  Stop();
  queue_.reset();
}

absl::Status GrpcServer::Listen(const Services& services) {
  SetPlugins(builder_, options_.reflection);
  std::vector<QueuedService*> queued = services.queued;
  queued.push_back(&health_);
  const std::vector<std::string> addresses = absl::StrSplit(options_.listen_address, ',');
  std::vector<int> ports(addresses.size());
  for (size_t i = 0; i < addresses.size(); ++i) {
    if (IsUnixSocketServed(addresses[i])) {
      return absl::UnavailableError(absl::StrCat("another process listens on ", addresses[i]));
    }
    builder_.AddListeningPort(addresses[i], grpc::InsecureServerCredentials(), &ports[i]);
  }
  // Else a second server would silently share the port.
  builder_.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder_.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder_.SetMaxReceiveMessageSize(options_.receive_message_bytes_max);
  SetKeepalive(builder_);
  LeaveOut(builder_);
  for (QueuedService* service : queued) builder_.RegisterService(&service->service());
  if (!services.callback.empty()) KeepGrpcRunning();
  for (grpc::Service* service : services.callback) builder_.RegisterService(service);
  server_ = builder_.BuildAndStart();
  if (server_ == nullptr || absl::c_linear_search(ports, 0)) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen_address));
  }
  port_ = ports.front();
  queue_->Start();
  for (QueuedService* service : queued) service->TakeCalls(*queue_);
  return absl::OkStatus();
}

void GrpcServer::SayNotServing() { health_.SayNotServing(); }

void GrpcServer::Stop() {
  if (server_ == nullptr) return;
  SayNotServing();
  server_->Shutdown(std::chrono::system_clock::now() +
                    absl::ToChronoMilliseconds(options_.stop_grace));
  queue_->AwaitNoCalls();
}

}  // namespace caucus
