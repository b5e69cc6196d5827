// Measures the calls that go through it.

#ifndef EDGE_METRICS_METERED_RPC_INVOKER_H_
#define EDGE_METRICS_METERED_RPC_INVOKER_H_

#include <memory>

#include "edge/backend/rpc_invoker.h"
#include "edge/metrics/call_metrics.h"

namespace caucus::edge {

// Thread-safe. Both references must outlive it and every answer.
class MeteredRpcInvoker final : public backend::RpcInvoker {
 public:
  MeteredRpcInvoker(backend::RpcInvoker& invoker, CallMetrics& metrics)
      : invoker_(invoker), metrics_(metrics) {}

  void Invoke(backend::RpcCall call, UnaryCallback done) override;
  // Streams last as long as their room does: they are not measured.
  std::unique_ptr<backend::RpcStream> OpenStream(backend::RpcCall call, MessageCallback on_message,
                                                 EndCallback on_end) override;

 private:
  backend::RpcInvoker& invoker_;
  CallMetrics& metrics_;
};

}  // namespace caucus::edge

#endif  // EDGE_METRICS_METERED_RPC_INVOKER_H_
