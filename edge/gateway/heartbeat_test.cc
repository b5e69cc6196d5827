#include "edge/gateway/heartbeat.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr milliseconds kInterval(5000);
constexpr milliseconds kTick(1);

class HeartbeatTest : public GatewayFixture {
 protected:
  HeartbeatTest()
      : heartbeat_(1, executors_[1], beats_,
                   GatewayServices{.table = *table_,
                                   .invoker = invoker_,
                                   .verifier = verifier_,
                                   .mesh = mesh_,
                                   .options = options_,
                                   .limits = limits_}) {}

  // Answers the beat that waits of each namespace, `/chat` first.
  void AnswerBeats(const chat::v1::BeatResponse& response = {}) {
    beats_.Take("Beat").done(response.SerializeAsString());
    beats_.Take("Beat").done("");
    RunAll();
  }

  FakeRpcInvoker beats_;
  Heartbeat heartbeat_;
};

TEST_F(HeartbeatTest, BeatsAtOnceForEachNamespaceThatHasOne) {
  heartbeat_.Start();
  ASSERT_THAT(beats_.Waiting(), ElementsAre("Beat", "Beat"));
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
  const FakeRpcInvoker::UnaryCall chat = beats_.Take("Beat");
  EXPECT_EQ(chat.call.method, "/chat.v1.ChatService/Beat");
  EXPECT_EQ(RequestOf<chat::v1::BeatRequest>(chat.call).edge_id(), "edge-1");
  EXPECT_EQ(MetadataOf(chat.call, "authorization"), "");
  EXPECT_EQ(MetadataOf(chat.call, "x-forwarded-for"), "");
  EXPECT_THAT(MetadataOf(chat.call, "x-request-id"), SizeIs(32));
  EXPECT_EQ(chat.call.timeout, absl::Seconds(5));
  EXPECT_EQ(beats_.Take("Beat").call.method, "/chat.v1.LobbyService/Beat");
}

TEST_F(HeartbeatTest, BeatsOnceInEachInterval) {
  heartbeat_.Start();
  for (int i = 0; i < 3; ++i) {
    AnswerBeats();
    Advance(kInterval - kTick);
    EXPECT_THAT(beats_.Waiting(), IsEmpty());
    Advance(kTick);
    EXPECT_THAT(beats_.Waiting(), SizeIs(2));
  }
}

TEST_F(HeartbeatTest, HasADeadlineOfAnInterval) {
  options_.heartbeat_interval = absl::Seconds(1);
  heartbeat_.Start();
  FakeRpcInvoker::UnaryCall first = beats_.Take("Beat");
  EXPECT_EQ(first.call.timeout, absl::Seconds(1));
  first.done("");
  RunAll();
  options_.heartbeat_interval = absl::Seconds(10);
  Advance(milliseconds(1000));
  beats_.Take("Beat");
  EXPECT_EQ(beats_.Take("Beat").call.timeout, options_.call_timeout);
}

TEST_F(HeartbeatTest, BeatsAgainAfterAFailure) {
  heartbeat_.Start();
  beats_.Take("Beat").done(absl::UnavailableError("no"));
  beats_.Take("Beat").done("\xFF");
  RunAll();
  EXPECT_THAT(beats_.Waiting(), IsEmpty());
  Advance(kInterval);
  EXPECT_THAT(beats_.Waiting(), SizeIs(2));
}

TEST_F(HeartbeatTest, NeverHasTwoCallsOfANamespace) {
  heartbeat_.Start();
  beats_.Take("Beat").done("");
  const FakeRpcInvoker::UnaryCall late = beats_.Take("Beat");
  Advance(kInterval);
  Advance(kInterval);
  ASSERT_THAT(beats_.Waiting(), ElementsAre("Beat"));
  EXPECT_EQ(beats_.Take("Beat").call.method, "/chat.v1.ChatService/Beat");
  late.done(absl::DeadlineExceededError(""));
  RunAll();
  ASSERT_THAT(beats_.Waiting(), ElementsAre("Beat"));
  EXPECT_EQ(beats_.Take("Beat").call.method, "/chat.v1.LobbyService/Beat");
}

TEST_F(HeartbeatTest, CarriesEffectsOutOnEveryShardOnce) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 1);
  ann->Received();
  bob->Received();
  heartbeat_.Start();
  chat::v1::BeatResponse response;
  ::caucus::socketio::v1::Effect::Emit& emit =
      *response.mutable_effects()->add_effects()->mutable_emit();
  emit.mutable_to()->set_room("tea");
  emit.set_event("news");
  response.mutable_effects()->add_effects();  // Which cannot be carried out.
  AnswerBeats(response);
  for (const auto* client : {&ann, &bob}) {
    EXPECT_THAT((*client)->Received(), ElementsAre(R"(2/chat,["news"])"));
  }
  Advance(kInterval);
  EXPECT_THAT(beats_.Waiting(), SizeIs(2));
}

TEST_F(HeartbeatTest, Stops) {
  heartbeat_.Start();
  beats_.Take("Beat").done("");
  RunAll();
  const FakeRpcInvoker::UnaryCall late = beats_.Take("Beat");
  Advance(kInterval);
  beats_.Take("Beat");
  heartbeat_.Stop();
  late.done("");
  RunAll();
  Advance(kInterval * 2);
  EXPECT_THAT(beats_.Waiting(), IsEmpty());
}

}  // namespace
}  // namespace caucus::edge::gateway
