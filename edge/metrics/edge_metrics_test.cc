#include "edge/metrics/edge_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "edge/engineio/close_reason.h"
#include "edge/engineio/session.h"
#include "edge/limits/limit.h"

namespace caucus::edge {
namespace {

using ::testing::HasSubstr;

TEST(EdgeMetricsTest, EveryLimitIsThereBeforeItIsReached) {
  EdgeMetrics metrics({"/a.B/C"});
  const std::string text = metrics.Text({});
  for (size_t i = 0; i < kLimitCount; ++i) {
    const std::string name(NameOf(static_cast<Limit>(i)));
    EXPECT_FALSE(name.empty());
    EXPECT_THAT(text, HasSubstr("edge_limit_reached_total{limit=\"" + name + "\"} 0\n"));
  }
}

TEST(EdgeMetricsTest, CountsLimitsSessionsAndCalls) {
  EdgeMetrics metrics({"/a.B/C"});
  metrics.OnLimitReached(Limit::kEventRate);
  metrics.OnLimitReached(Limit::kEventRate);
  metrics.OnSessionOpened(engineio::Transport::kPolling);
  metrics.OnUpgraded();
  metrics.OnSessionClosed(engineio::CloseReason::kSlowConsumer);
  metrics.calls().OnStarted();
  metrics.calls().OnEnded("/a.B/C", absl::StatusCode::kNotFound, absl::Milliseconds(2));
  const std::string text = metrics.Text({});
  EXPECT_THAT(text, HasSubstr("edge_limit_reached_total{limit=\"event_rate\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("edge_connects_total{transport=\"polling\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("edge_upgrades_total 1\n"));
  EXPECT_THAT(text, HasSubstr("edge_disconnects_total{reason=\"slow consumer\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("edge_backend_request_seconds_count{method=\"/a.B/C\"} 1\n"));
}

TEST(EdgeMetricsTest, ShowsTheStockOfTheMoment) {
  EdgeMetrics metrics({"/a.B/C"});
  EdgeStock stock = {.polling_sessions = 1, .websocket_sessions = 2, .sockets = 3, .events = 5};
  stock += {.rooms = 4, .events = 2};
  EXPECT_THAT(metrics.Text(stock), HasSubstr("edge_events_total 7\n"));
  const std::string text = metrics.Text(stock);
  EXPECT_THAT(text, HasSubstr("edge_connections{transport=\"polling\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("edge_connections{transport=\"websocket\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("edge_sockets 3\n"));
  EXPECT_THAT(text, HasSubstr("edge_rooms 4\n"));
  EXPECT_THAT(text, HasSubstr("edge_events_total 7\n"));
  EXPECT_THAT(metrics.Text({}), HasSubstr("edge_rooms 0\n"));
}

}  // namespace
}  // namespace caucus::edge
