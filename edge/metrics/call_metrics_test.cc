#include "edge/metrics/call_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace caucus::edge {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string TextOf(const CallMetrics& metrics) {
  return prometheus::TextSerializer().Serialize(metrics.Collect());
}

TEST(CallMetricsTest, CountsByMethodAndCode) {
  CallMetrics metrics({"/a.B/C"});
  for (int i = 0; i < 3; ++i) metrics.OnStarted();
  metrics.OnEnded("/a.B/C", absl::StatusCode::kNotFound, absl::Milliseconds(2));
  metrics.OnEnded("/a.B/Unknown", absl::StatusCode::kOk, absl::Seconds(9));
  const std::string text = TextOf(metrics);
  EXPECT_THAT(text, HasSubstr("edge_backend_inflight 1\n"));
  EXPECT_THAT(text,
              HasSubstr("edge_backend_requests_total{code=\"NOT_FOUND\",method=\"/a.B/C\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("edge_backend_requests_total{code=\"OK\",method=\"other\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("Unknown")));
}

TEST(CallMetricsTest, BucketsAddUp) {
  CallMetrics metrics({"m"});
  for (const double milliseconds : {0.5, 0.6, 1.0, 7000.0}) {
    metrics.OnStarted();
    metrics.OnEnded("m", absl::StatusCode::kOk, absl::Milliseconds(milliseconds));
  }
  const std::string text = TextOf(metrics);
  const std::string bucket = "edge_backend_request_seconds_bucket{method=\"m\",le=";
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.0005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"0.001\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"5\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(bucket + "\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("edge_backend_request_seconds_count{method=\"m\"} 4\n"));
}

}  // namespace
}  // namespace caucus::edge
