#include "edge/backend/grpc_rpc_invoker.h"

#include <grpcpp/client_context.h>

#include <chrono>
#include <string>
#include <utility>

#include "common/status/grpc_status.h"
#include "edge/backend/byte_buffer.h"
#include "edge/backend/grpc_rpc_stream.h"

namespace caucus::edge::backend {
namespace {

struct UnaryCall {
  std::string method;
  grpc::ClientContext context;
  grpc::ByteBuffer request;
  grpc::ByteBuffer response;
};

}  // namespace

GrpcRpcInvoker::GrpcRpcInvoker(std::shared_ptr<grpc::Channel> channel)
    : stub_(std::move(channel)) {}

void GrpcRpcInvoker::Invoke(RpcCall call, UnaryCallback done) {
  auto unary = std::make_unique<UnaryCall>();
  for (const auto& [key, value] : call.metadata) unary->context.AddMetadata(key, value);
  unary->context.set_deadline(absl::ToChronoTime(absl::Now() + call.timeout));
  unary->context.set_wait_for_ready(true);
  unary->request = ToByteBuffer(call.request);
  unary->method = std::move(call.method);
  pending_.Add(unary->context);
  UnaryCall* const started = unary.release();
  stub_.UnaryCall(&started->context, started->method, grpc::StubOptions(), &started->request,
                  &started->response,
                  [this, started, done = std::move(done)](const grpc::Status& status) {
                    const std::unique_ptr<UnaryCall> finished(started);
                    if (status.ok()) {
                      done(ToMessage(finished->response, finished->method));
                    } else {
                      done(FromGrpcStatus(status));
                    }
                    pending_.Remove(finished->context);
                  });
}

std::unique_ptr<RpcStream> GrpcRpcInvoker::OpenStream(RpcCall call, MessageCallback on_message,
                                                      EndCallback on_end) {
  return GrpcRpcStream::Open(stub_, std::move(call), std::move(on_message), std::move(on_end),
                             pending_streams_);
}

}  // namespace caucus::edge::backend
