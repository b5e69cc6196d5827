#include "common/grpc/grpc_server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>

#include <chrono>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/grpc/grpc_runtime.h"

namespace caucus {
namespace {

constexpr int kMetadataBytesMax = 16 * 1024;

// Both are global to the process and hold for every server built afterwards.
void EnablePlugins(GrpcServer::Reflection reflection) {
  grpc::EnableDefaultHealthCheckService(true);
  static std::once_flag reflection_once;
  if (reflection == GrpcServer::Reflection::kOn) {
    std::call_once(reflection_once, grpc::reflection::InitProtoReflectionServerBuilderPlugin);
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
  // Requests are small: nothing is gained by measuring how large it should be.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrpcServer>> GrpcServer::Start(
    Options options, const std::vector<grpc::Service*>& services) {
  KeepGrpcRunning();
  EnablePlugins(options.reflection);
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.listen_address, grpc::InsecureServerCredentials(), &port);
  // Else a second server would silently share the port.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.SetMaxReceiveMessageSize(options.receive_message_bytes_max);
  SetKeepalive(builder);
  LeaveOut(builder);
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.listen_address));
  }
  return std::unique_ptr<GrpcServer>(new GrpcServer(std::move(options), std::move(server), port));
}

GrpcServer::GrpcServer(Options options, std::unique_ptr<grpc::Server> server, int port)
    : options_(std::move(options)), server_(std::move(server)), port_(port) {}

GrpcServer::~GrpcServer() { Stop(); }

void GrpcServer::SayNotServing() { server_->GetHealthCheckService()->Shutdown(); }

void GrpcServer::Stop() {
  SayNotServing();
  server_->Shutdown(std::chrono::system_clock::now() +
                    absl::ToChronoMilliseconds(options_.stop_grace));
}

}  // namespace caucus
