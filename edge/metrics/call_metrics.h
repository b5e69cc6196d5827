// Counts and times of the calls to services.
//
// Not prometheus::Family and Histogram: to find a labelled one takes a lock and a map of strings,
// and to observe takes another lock, for each event of each client. Here each is a few relaxed
// additions.

#ifndef EDGE_METRICS_CALL_METRICS_H_
#define EDGE_METRICS_CALL_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"

namespace caucus::edge {

// Thread-safe.
class CallMetrics final : public prometheus::Collectable {
 public:
  // A call of a method that is not among `methods` counts as one of method `other`.
  explicit CallMetrics(const std::vector<std::string>& methods);

  void OnStarted() { in_flight_.fetch_add(1, std::memory_order_relaxed); }
  void OnEnded(std::string_view method, absl::StatusCode code, absl::Duration duration);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  static constexpr size_t kCodes = 17;  // 0 to 16, gRPC's.
  // Upper bounds in microseconds. A call on one machine takes well below a millisecond; five
  // seconds is the deadline.
  static constexpr std::array<int64_t, 13> kBounds = {
      500,     1'000,   2'500,   5'000,     10'000,    25'000,   50'000,
      100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000};
  struct Method {
    std::array<std::atomic<uint64_t>, kCodes> codes = {};
    std::array<std::atomic<uint64_t>, kBounds.size() + 1> buckets = {};
    std::atomic<int64_t> nanoseconds = 0;
  };

  static prometheus::ClientMetric::Histogram HistogramOf(const Method& method);

  absl::flat_hash_map<std::string, std::unique_ptr<Method>> methods_;  // Constant once made.
  Method* other_;
  std::atomic<int64_t> in_flight_ = 0;
};

}  // namespace caucus::edge

#endif  // EDGE_METRICS_CALL_METRICS_H_
