// HTTP requests that are no Engine.IO: methods served as JSON, and the process's health.

#ifndef EDGE_GATEWAY_HTTP_GATEWAY_H_
#define EDGE_GATEWAY_HTTP_GATEWAY_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/executor/executor.h"
#include "edge/gateway/call_budget.h"
#include "edge/gateway/call_metadata.h"
#include "edge/gateway/gateway_services.h"
#include "edge/http/http_message.h"
#include "edge/transcoding/http_route.h"

namespace caucus::edge::gateway {

// Confined to its shard. The references must outlive it and every answer.
class HttpGateway {
 public:
  using Respond = std::function<void(http::Response)>;
  // Tells, on the first shard, whether the services behind the edge can be reached. kUnavailable
  // with a cause otherwise.
  using ReadinessCheck = std::function<void(std::function<void(absl::Status)>)>;

  // `calls`: of this shard's gateway.
  HttpGateway(Executor& executor, const GatewayServices& services, CallBudget& calls,
              ReadinessCheck readiness);

  // Calls `respond` once, on this shard, now or later.
  void OnRequest(const http::Request& request, Respond respond);

 private:
  void OnReadiness(Respond respond);
  void CallRoute(const transcoding::HttpRoute& route, const http::Request& request,
                 Respond respond);

  Executor& executor_;
  const GatewayServices services_;
  CallBudget& calls_;
  const ReadinessCheck readiness_;
  CallMetadata metadata_;
};

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_HTTP_GATEWAY_H_
