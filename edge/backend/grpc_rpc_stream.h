// A server-streaming call over a generic stub.

#ifndef EDGE_BACKEND_GRPC_RPC_STREAM_H_
#define EDGE_BACKEND_GRPC_RPC_STREAM_H_

#include <grpcpp/generic/generic_stub.h>

#include <memory>

#include "common/grpc/pending_calls.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge::backend {

// The handle; the call itself lives until gRPC has ended it. Thread-safe.
class GrpcRpcStream final : public RpcStream {
 public:
  // Starts the call and asks for its first message. `pending` holds it while it lives and must
  // outlive it.
  static std::unique_ptr<RpcStream> Open(grpc::GenericStub& stub, RpcCall call,
                                         RpcInvoker::MessageCallback on_message,
                                         RpcInvoker::EndCallback on_end, PendingCalls& pending);
  ~GrpcRpcStream() override;

  void ReadNext() override;

 private:
  class Reactor;
  explicit GrpcRpcStream(std::shared_ptr<Reactor> reactor);

  const std::shared_ptr<Reactor> reactor_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_GRPC_RPC_STREAM_H_
