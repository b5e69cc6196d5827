#include "edge/metrics/metered_rpc_invoker.h"

#include <string>
#include <utility>

#include "absl/time/clock.h"

namespace caucus::edge {

void MeteredRpcInvoker::Invoke(backend::RpcCall call, UnaryCallback done) {
  metrics_.OnStarted();
  std::string method = call.method;
  invoker_.Invoke(std::move(call), [this, method = std::move(method), start = absl::Now(),
                                    done = std::move(done)](absl::StatusOr<std::string> response) {
    metrics_.OnEnded(method, response.status().code(), absl::Now() - start);
    done(std::move(response));
  });
}

std::unique_ptr<backend::RpcStream> MeteredRpcInvoker::OpenStream(backend::RpcCall call,
                                                                  MessageCallback on_message,
                                                                  EndCallback on_end) {
  return invoker_.OpenStream(std::move(call), std::move(on_message), std::move(on_end));
}

}  // namespace caucus::edge
