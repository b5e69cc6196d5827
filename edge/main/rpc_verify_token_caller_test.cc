#include "edge/main/rpc_verify_token_caller.h"

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "caucus/auth/v1/auth_service.pb.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"

namespace caucus::edge {
namespace {

class QueueingExecutor final : public Executor {
 public:
  void Post(std::function<void()> task) override { tasks.push_back(std::move(task)); }
  void PostAfter(std::chrono::milliseconds, std::function<void()> task) override {
    tasks.push_back(std::move(task));
  }

  std::vector<std::function<void()>> tasks;
};

class RecordingInvoker final : public backend::RpcInvoker {
 public:
  void Invoke(backend::RpcCall call, UnaryCallback done) override {
    calls.push_back(std::move(call));
    answers.push_back(std::move(done));
  }
  std::unique_ptr<backend::RpcStream> OpenStream(backend::RpcCall, MessageCallback,
                                                 EndCallback) override {
    return nullptr;
  }

  std::vector<backend::RpcCall> calls;
  std::vector<UnaryCallback> answers;
};

class RpcVerifyTokenCallerTest : public testing::Test {
 protected:
  RpcVerifyTokenCallerTest() {
    caller_.Call("t", clock_.Now() + absl::Seconds(3),
                 [this](absl::StatusOr<auth::v1::VerifyTokenResponse> answer) {
                   answer_ = std::move(answer);
                 });
    EXPECT_TRUE(invoker_.calls.empty());  // Not from the calling thread.
    executor_.tasks.at(0)();
  }

  QueueingExecutor executor_;
  RecordingInvoker invoker_;
  FakeClock clock_;
  RpcVerifyTokenCaller caller_{executor_, invoker_, clock_};
  std::optional<absl::StatusOr<auth::v1::VerifyTokenResponse>> answer_;
};

TEST_F(RpcVerifyTokenCallerTest, AsksAuthService) {
  EXPECT_EQ(invoker_.calls.at(0).method, "/caucus.auth.v1.AuthService/VerifyToken");
  EXPECT_EQ(invoker_.calls.at(0).timeout, absl::Seconds(3));
  auth::v1::VerifyTokenRequest request;
  ASSERT_TRUE(request.ParseFromString(invoker_.calls.at(0).request));
  EXPECT_EQ(request.token(), "t");
}

TEST_F(RpcVerifyTokenCallerTest, PassesTheAnswer) {
  auth::v1::VerifyTokenResponse response;
  response.set_subject("ann");
  invoker_.answers.at(0)(response.SerializeAsString());
  ASSERT_OK(*answer_);
  EXPECT_EQ((*answer_)->subject(), "ann");
}

TEST_F(RpcVerifyTokenCallerTest, PassesTheError) {
  invoker_.answers.at(0)(absl::UnauthenticatedError("no"));
  EXPECT_THAT(*answer_, StatusIs(absl::StatusCode::kUnauthenticated, "no"));
}

TEST_F(RpcVerifyTokenCallerTest, TakesNoNonsense) {
  invoker_.answers.at(0)(std::string("\xFF"));
  EXPECT_THAT(*answer_, StatusIs(absl::StatusCode::kInternal));
}

}  // namespace
}  // namespace caucus::edge
