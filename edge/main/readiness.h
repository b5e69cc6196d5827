// Whether the services behind the edge can be reached.

#ifndef EDGE_MAIN_READINESS_H_
#define EDGE_MAIN_READINESS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge {

// Asks each service for its health (grpc.health.v1). Thread-safe. The invokers must outlive it and
// every answer.
class Readiness {
 public:
  explicit Readiness(std::vector<backend::RpcInvoker*> services) : services_(std::move(services)) {}

  // Calls `done` once, on any thread: OK if each service says SERVING, or has no health service.
  void Check(std::function<void(absl::Status)> done) const;

 private:
  const std::vector<backend::RpcInvoker*> services_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_READINESS_H_
