#include "common/grpc/health_check.h"

#include <google/protobuf/unknown_field_set.h>
#include <grpcpp/client_context.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <cstdio>
#include <future>
#include <string>

#include "common/grpc/channel.h"

namespace caucus {
namespace {

// HealthCheckResponse { ServingStatus status = 1; }, where SERVING is 1. Debian packages no C++
// code for it. HealthCheckRequest{} is zero bytes.
bool IsServing(const grpc::ByteBuffer& response) {
  grpc::Slice slice;
  google::protobuf::UnknownFieldSet fields;
  if (!response.DumpToSingleSlice(&slice).ok() ||
      !fields.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) {
    return false;
  }
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto& field = fields.field(i);
    if (field.number() == 1 && field.type() == google::protobuf::UnknownField::TYPE_VARINT) {
      return field.varint() == 1;
    }
  }
  return false;
}

}  // namespace

absl::Status CheckHealth(const std::string& target, absl::Duration timeout) {
  grpc::GenericStub stub(CreateChannel(target));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  std::promise<grpc::Status> promise;
  stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request, &response,
                 [&](grpc::Status status) { promise.set_value(std::move(status)); });
  const grpc::Status status = promise.get_future().get();
  if (!status.ok()) {
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()), status.error_message());
  }
  return IsServing(response) ? absl::OkStatus() : absl::FailedPreconditionError("not serving");
}

int RunHealthCheck(const std::string& target) {
  const absl::Status status = CheckHealth(target, absl::Seconds(2));
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s: %s\n", target.c_str(), status.ToString().c_str());
  return 1;
}

}  // namespace caucus
