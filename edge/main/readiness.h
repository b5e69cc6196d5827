// Whether the services behind the edge can be reached.

#ifndef EDGE_MAIN_READINESS_H_
#define EDGE_MAIN_READINESS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"

namespace caucus::edge {

// Asks each service for its health (grpc.health.v1). Thread-safe. The invokers, which belong to the
// shard of `executor`, must outlive it and every answer.
class Readiness {
 public:
  Readiness(Executor& executor, std::vector<backend::RpcInvoker*> services)
      : executor_(executor), services_(std::move(services)) {}

  // Calls `done` once, on that shard: OK if each service says SERVING, or has no health service.
  void Check(std::function<void(absl::Status)> done) const;

 private:
  Executor& executor_;
  const std::vector<backend::RpcInvoker*> services_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_READINESS_H_
