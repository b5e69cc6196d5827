// The edge's metrics, in Prometheus' text format.
//
// Labels have few values: no user, room, address or event is ever one.

#ifndef EDGE_METRICS_EDGE_METRICS_H_
#define EDGE_METRICS_EDGE_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "edge/engineio/close_reason.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"
#include "edge/metrics/call_metrics.h"
#include "edge/transport/engine_observer.h"

namespace caucus::edge {

// What the shards hold at one moment, added up.
struct EdgeStock {
  uint64_t polling_sessions = 0;
  uint64_t websocket_sessions = 0;
  uint64_t sockets = 0;
  uint64_t rooms = 0;
  uint64_t feeds = 0;
  uint64_t send_queue_bytes = 0;
  uint64_t events = 0;  // Received from clients since the start.

  EdgeStock& operator+=(const EdgeStock& other);
};

// Thread-safe.
class EdgeMetrics final : public LimitObserver, public transport::EngineObserver {
 public:
  // `methods`: those that may be called, as gRPC names them.
  explicit EdgeMetrics(const std::vector<std::string>& methods);

  void OnLimitReached(Limit limit) override;

  void OnSessionOpened(engineio::Transport transport) override;
  void OnUpgraded() override;
  void OnSessionClosed(engineio::CloseReason reason) override;

  // Of unary calls.
  CallMetrics& calls() { return calls_; }

  // The admin page: everything above, the stock, and what the process uses.
  std::string Text(const EdgeStock& stock);

 private:
  CallMetrics calls_;
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Gauge>& sessions_;
  prometheus::Counter& upgrades_;
  prometheus::Counter& events_;
  prometheus::Gauge& sockets_;
  prometheus::Gauge& rooms_;
  prometheus::Gauge& feeds_;
  prometheus::Gauge& queue_bytes_;
  prometheus::Gauge& resident_bytes_;
  prometheus::Gauge& descriptors_;
  std::array<prometheus::Counter*, 2> opened_;  // By transport.
  std::array<prometheus::Counter*, engineio::kCloseReasonCount> closed_;
  std::array<prometheus::Counter*, kLimitCount> limits_;
  absl::Mutex text_mutex_;  // One page at a time: counters of the stock only grow.
};

}  // namespace caucus::edge

#endif  // EDGE_METRICS_EDGE_METRICS_H_
