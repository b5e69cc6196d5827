#include "edge/metrics/metered_rpc_invoker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/backend/rpc_invoker.h"
#include "edge/metrics/call_metrics.h"

namespace caucus::edge {
namespace {

using ::testing::HasSubstr;

std::string TextOf(const CallMetrics& metrics) {
  return prometheus::TextSerializer().Serialize(metrics.Collect());
}

class HeldInvoker final : public backend::RpcInvoker {
 public:
  void Invoke(backend::RpcCall, UnaryCallback done) override { held.push_back(std::move(done)); }
  std::unique_ptr<backend::RpcStream> OpenStream(backend::RpcCall, MessageCallback,
                                                 EndCallback) override {
    return nullptr;
  }
  std::vector<UnaryCallback> held;
};

TEST(MeteredRpcInvokerTest, PassesTheAnswerOnAndCountsIt) {
  HeldInvoker held;
  CallMetrics metrics({"/a.B/C"});
  MeteredRpcInvoker invoker(held, metrics);
  absl::StatusOr<std::string> answer;
  invoker.Invoke({.method = "/a.B/C", .request = "", .metadata = {}},
                 [&](absl::StatusOr<std::string> response) { answer = std::move(response); });
  EXPECT_THAT(TextOf(metrics), HasSubstr("edge_backend_inflight 1\n"));
  held.held[0]("bytes");
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(*answer, "bytes");
  const std::string text = TextOf(metrics);
  EXPECT_THAT(text, HasSubstr("edge_backend_inflight 0\n"));
  EXPECT_THAT(text, HasSubstr("edge_backend_requests_total{code=\"OK\",method=\"/a.B/C\"} 1\n"));
}

}  // namespace
}  // namespace caucus::edge
