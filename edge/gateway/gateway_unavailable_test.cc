// Connecting while what decides about it is away, in a namespace with reconnect_when_unavailable.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"
#include "google/protobuf/empty.pb.h"

namespace caucus::edge::gateway {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::StatusCode kPassing[] = {absl::StatusCode::kDeadlineExceeded,
                                         absl::StatusCode::kUnavailable};

class GatewayUnavailableTest : public GatewayFixture {
 protected:
  // A client that has asked to connect.
  std::unique_ptr<TestClient> Ask(std::string_view token = "ann") {
    auto client = Open();
    client->Send(std::string(R"(0/pier,{"token":")").append(token).append(R"("})"));
    RunAll();
    return client;
  }

  // Ends the connection as it was asked for, without a word.
  void ExpectLetGo(TestClient& client) {
    EXPECT_EQ(client.session().requested_close(), engineio::CloseReason::kReconnect);
    client.session().Close(engineio::CloseReason::kReconnect, engineio::MonotonicTime());
    RunAll();
    EXPECT_THAT(client.Received(), IsEmpty());
  }

  std::string SocketIdOf(const FakeRpcInvoker::UnaryCall& call) {
    return RequestOf<chat::v1::LeaveRequest>(call.call).socket_id();
  }
};

TEST_F(GatewayUnavailableTest, AClientIsToReconnectAndTheServiceIsToldOnceThatNobodyIsThere) {
  for (const absl::StatusCode code : kPassing) {
    const auto client = Ask();
    const auto moor = invoker_.Take("Moor");
    moor.done(absl::Status(code, "late"));
    RunAll();
    ExpectLetGo(*client);
    const auto sail = invoker_.Take("Sail");
    EXPECT_EQ(SocketIdOf(sail), SocketIdOf(moor));
    sail.done("");
    RunAll();
    EXPECT_THAT(invoker_.Waiting(), IsEmpty());
  }
}

TEST_F(GatewayUnavailableTest, AClientWhoseTokenNobodyCouldVerifyIsToReconnect) {
  for (const absl::StatusCode code : kPassing) {
    verifier_.errors["ann"] = absl::Status(code, "10.0.0.1: connection refused");
    const auto client = Ask();
    ExpectLetGo(*client);
    EXPECT_THAT(invoker_.Waiting(), IsEmpty());
  }
}

TEST_F(GatewayUnavailableTest, OtherNamespacesOfTheConnectionGoWithIt) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(0/pier,{"token":"ann"})");
  RunAll();
  Fail("Moor", absl::UnavailableError("away"));
  ExpectLetGo(*client);
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Sail", "Leave"));
}

TEST_F(GatewayUnavailableTest, ARefusalIsToldAsEver) {
  const absl::Status refusals[] = {absl::NotFoundError("x"), absl::ResourceExhaustedError("x"),
                                   absl::AbortedError("x"), absl::InternalError("x"),
                                   absl::CancelledError("x")};
  for (const absl::Status& refusal : refusals) {
    const auto client = Ask();
    Fail("Moor", refusal);
    EXPECT_THAT(client->Received(), ElementsAre(HasSubstr("4/pier,"))) << refusal;
    EXPECT_FALSE(client->session().close_requested()) << refusal;
  }
  verifier_.errors["bad"] = absl::UnauthenticatedError("no");
  const auto client = Ask("bad");
  EXPECT_THAT(client->Received(), ElementsAre(R"(4/pier,{"message":"FORBIDDEN"})"));
  EXPECT_FALSE(client->session().close_requested());
}

TEST_F(GatewayUnavailableTest, AnEventIsAnsweredAsEver) {
  const auto client = Ask();
  Answer("Moor", google::protobuf::Empty());
  client->Received();
  client->Send(R"(2/pier,7["hail"])");
  RunAll();
  Fail("Hail", absl::UnavailableError("away"));
  EXPECT_THAT(client->Received(), ElementsAre(HasSubstr(R"("type":"Unavailable")")));
  EXPECT_FALSE(client->session().close_requested());
}

TEST_F(GatewayUnavailableTest, AClientThatHasLeftIsNotAskedToReconnect) {
  const auto client = Ask();
  client->Hangup();
  client->Destroy();
  Fail("Moor", absl::UnavailableError("away"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Sail"));
}

TEST_F(GatewayUnavailableTest, AnAnswerToAReplacedConnectLeavesTheNewerAlone) {
  const auto client = Ask();
  client->Send(R"(0/pier,{"token":"ann"})");
  RunAll();
  Fail("Moor", absl::UnavailableError("away"));
  EXPECT_FALSE(client->session().close_requested());
  Answer("Moor", google::protobuf::Empty());
  EXPECT_THAT(client->Received(), ElementsAre(R"(0/pier,{"sid":"a2"})"));
}

}  // namespace
}  // namespace caucus::edge::gateway
