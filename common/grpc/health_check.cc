#include "common/grpc/health_check.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <cstdio>
#include <string>

#include "common/grpc/channel.h"
#include "common/status/grpc_status.h"
#include "common/status/status_macros.h"
#include "grpc/health/v1/health.grpc.pb.h"

namespace caucus {

absl::Status CheckHealth(const std::string& target, absl::Duration timeout) {
  const auto stub = grpc::health::v1::Health::NewStub(CreateChannel(target));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  grpc::health::v1::HealthCheckResponse response;
  RETURN_IF_ERROR(FromGrpcStatus(stub->Check(&context, {}, &response)));
  if (response.status() == grpc::health::v1::HealthCheckResponse::SERVING) return absl::OkStatus();
  return absl::FailedPreconditionError("not serving");
}

int RunHealthCheck(const std::string& listen_address) {
  const std::string target = listen_address.substr(0, listen_address.find(','));
  const absl::Status status = CheckHealth(target, absl::Seconds(2));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s: %s\n", target.c_str(), status.ToString().c_str());
  return 1;
}

}  // namespace caucus
