#include "edge/metrics/call_metrics.h"

#include <prometheus/client_metric.h>
#include <prometheus/metric_type.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "common/text/absl_view.h"

namespace caucus::edge {
namespace {

constexpr char kOther[] = "other";

prometheus::MetricFamily Family(const char* name, const char* help, prometheus::MetricType type) {
  return {.name = name, .help = help, .type = type, .metric = {}};
}

}  // namespace

CallMetrics::CallMetrics(const std::vector<std::string>& methods) {
  for (const std::string& method : methods) {
    methods_.try_emplace(method, std::make_unique<Method>());
  }
  other_ = methods_.try_emplace(kOther, std::make_unique<Method>()).first->second.get();
}

void CallMetrics::OnEnded(std::string_view method, absl::StatusCode code, absl::Duration duration) {
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  const auto found = methods_.find(ToAbsl(method));
  Method& counts = found == methods_.end() ? *other_ : *found->second;
  const size_t code_index = std::min(static_cast<size_t>(code), kCodes - 1);
  counts.codes[code_index].fetch_add(1, std::memory_order_relaxed);
  const int64_t micros = absl::ToInt64Microseconds(duration);
  const auto bucket = std::lower_bound(kBounds.begin(), kBounds.end(), micros) - kBounds.begin();
  counts.buckets[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  counts.nanoseconds.fetch_add(absl::ToInt64Nanoseconds(duration), std::memory_order_relaxed);
}

std::vector<prometheus::MetricFamily> CallMetrics::Collect() const {
  auto in_flight = Family("edge_backend_inflight", "Unary calls that wait for their answer",
                          prometheus::MetricType::Gauge);
  in_flight.metric.emplace_back().gauge.value =
      static_cast<double>(in_flight_.load(std::memory_order_relaxed));
  auto requests =
      Family("edge_backend_requests_total", "Unary calls to services, by method and gRPC status",
             prometheus::MetricType::Counter);
  auto seconds =
      Family("edge_backend_request_seconds", "Time from a unary call to its answer, by method",
             prometheus::MetricType::Histogram);
  for (const auto& [name, method] : methods_) {
    for (size_t code = 0; code < kCodes; ++code) {
      const uint64_t count = method->codes[code].load(std::memory_order_relaxed);
      if (count == 0) continue;
      prometheus::ClientMetric& metric = requests.metric.emplace_back();
      metric.label = {{"code", absl::StatusCodeToString(static_cast<absl::StatusCode>(code))},
                      {"method", name}};
      metric.counter.value = static_cast<double>(count);
    }
    prometheus::ClientMetric& metric = seconds.metric.emplace_back();
    metric.label = {{"method", name}};
    metric.histogram = HistogramOf(*method);
  }
  return {std::move(in_flight), std::move(requests), std::move(seconds)};
}

prometheus::ClientMetric::Histogram CallMetrics::HistogramOf(const Method& method) {
  prometheus::ClientMetric::Histogram histogram;
  for (size_t i = 0; i < method.buckets.size(); ++i) {
    histogram.sample_count += method.buckets[i].load(std::memory_order_relaxed);
    const double bound = i < kBounds.size() ? static_cast<double>(kBounds[i]) / 1e6
                                            : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  histogram.sample_sum =
      static_cast<double>(method.nanoseconds.load(std::memory_order_relaxed)) / 1e9;
  return histogram;
}

}  // namespace caucus::edge
