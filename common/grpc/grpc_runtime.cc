#include "common/grpc/grpc_runtime.h"

#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <future>

namespace caucus {
namespace {

// Makes one callback call, dead before it starts, over a channel that is never destroyed.
bool HoldCallbackThreads() {
  static auto* const stub =
      new grpc::GenericStub(grpc::CreateChannel("127.0.0.1:0", grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() - std::chrono::seconds(1));
  const grpc::Slice empty;
  const grpc::ByteBuffer request(&empty, 1);
  grpc::ByteBuffer response;
  std::promise<void> ended;
  stub->UnaryCall(&context, "/caucus.None/None", grpc::StubOptions(), &request, &response,
                  [&ended](const grpc::Status&) { ended.set_value(); });
  ended.get_future().wait();
  return true;
}

}  // namespace

void KeepGrpcRunning() {
  static const bool held = HoldCallbackThreads();
  static_cast<void>(held);
}

}  // namespace caucus
