// Tells services that this edge lives.

#ifndef EDGE_GATEWAY_HEARTBEAT_H_
#define EDGE_GATEWAY_HEARTBEAT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/logging/log_throttle.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/gateway_services.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/namespace_rules.h"

namespace caucus::edge::gateway {

// Calls the HEARTBEAT method of each namespace that has one, at once and then in each interval; one
// that is late holds back the next of its namespace. One object serves all shards. Confined to its
// shard, and outlives what that has to do; so do the references.
class Heartbeat {
 public:
  // What `services` calls otherwise is not called here, so that its calls can be told apart.
  Heartbeat(size_t shard, Executor& executor, backend::RpcInvoker& invoker,
            const GatewayServices& services);

  // REQUIRES: called once.
  void Start();
  // Makes no further call.
  void Stop() { stopped_ = true; }

 private:
  // Of one namespace.
  struct Beat {
    const transcoding::NamespaceRules* rules;
    bool in_flight = false;
    bool due = false;  // As soon as the call in flight has ended.
  };

  void Tick();
  void Call(Beat& beat);
  void OnAnswer(Beat& beat, const absl::StatusOr<std::string>& response);
  void Finish(Beat& beat);
  transcoding::ConnectionContext context() const { return {.edge_id = services_.options.edge_id}; }

  const size_t shard_;
  Executor& executor_;
  backend::RpcInvoker& invoker_;
  const GatewayServices services_;
  CallMetadata metadata_;
  LogThrottle log_{1};
  std::vector<Beat> beats_;  // Which stay where they are.
  bool stopped_ = false;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_HEARTBEAT_H_
