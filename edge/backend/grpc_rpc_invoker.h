// Calls services over one gRPC channel, without generated code.

#ifndef EDGE_BACKEND_GRPC_RPC_INVOKER_H_
#define EDGE_BACKEND_GRPC_RPC_INVOKER_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <memory>

#include "common/grpc/pending_calls.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge::backend {

// What a channel for GrpcRpcInvoker should be able to receive. It is more than kMessageBytesMax,
// because gRPC refuses a larger message with kResourceExhausted, as if its caller were to blame.
inline constexpr int kChannelReceiveBytesMax = 64 * 1024 * 1024;

// Thread-safe. Its destructor cancels the calls that are under way and waits for their callbacks,
// so a callback must not destroy it. Streams must be destroyed before it, unless they have ended.
class GrpcRpcInvoker final : public RpcInvoker {
 public:
  explicit GrpcRpcInvoker(std::shared_ptr<grpc::Channel> channel);

  // Whether no unary call is under way.
  bool Idle() const { return pending_.Empty(); }

  void Invoke(RpcCall call, UnaryCallback done) override;
  std::unique_ptr<RpcStream> OpenStream(RpcCall call, MessageCallback on_message,
                                        EndCallback on_end) override;

 private:
  grpc::GenericStub stub_;
  PendingCalls pending_;
  PendingCalls pending_streams_;
};

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_GRPC_RPC_INVOKER_H_
