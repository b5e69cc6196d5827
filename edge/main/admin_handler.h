// What operators ask the edge, on a port that clients cannot reach: metrics and probes.

#ifndef EDGE_MAIN_ADMIN_HANDLER_H_
#define EDGE_MAIN_ADMIN_HANDLER_H_

#include <functional>
#include <memory>
#include <string>

#include "edge/gateway/http_gateway.h"
#include "edge/transport/http_connection.h"

namespace caucus::edge {

// Serves /metrics, /healthz and /readyz. Confined to its shard.
class AdminHandler final : public transport::HttpHandler {
 public:
  // Makes the metrics page, now or later, on this shard.
  using MetricsPage = std::function<void(std::function<void(std::string)>)>;

  // `http`: answers the probes; must outlive this.
  AdminHandler(gateway::HttpGateway& http, MetricsPage metrics)
      : http_(http), metrics_(std::move(metrics)) {}

  void OnRequest(const std::shared_ptr<transport::HttpConnection>& connection) override;

 private:
  gateway::HttpGateway& http_;
  const MetricsPage metrics_;
};

}  // namespace caucus::edge

#endif  // EDGE_MAIN_ADMIN_HANDLER_H_
