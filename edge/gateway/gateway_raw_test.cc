// Raw events, and binary values of typed ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "edge/engineio/handshake_info.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

using ::caucus::socketio::v1::RawEvent;
using ::caucus::socketio::v1::RawReply;
using testing::ElementsAre;
using testing::IsEmpty;

class GatewayRawTest : public GatewayFixture {
 protected:
  // A client of `/`, with what it got forgotten.
  std::unique_ptr<TestClient> Admit(size_t shard = 0) {
    auto client = Open(shard);
    client->Send("0");
    Answer("Admit", RawReply());
    client->Received();
    return client;
  }

  // The event that the service is asked to handle; the client that waits is given `reply`.
  RawEvent Handled(const RawReply& reply = {}) {
    const auto call = invoker_.Take("Handle");
    call.done(reply.SerializeAsString());
    RunAll();
    return RequestOf<RawEvent>(call.call);
  }

  static RawReply Ack(std::string_view json) {
    RawReply reply;
    reply.mutable_ack()->set_json(std::string(json));
    return reply;
  }
};

// --- Lifecycle ---

TEST_F(GatewayRawTest, AsksTheServiceWhoMayConnect) {
  const auto client = Open(0, {.query = "EIO=4&lang=de&lang=fr",
                               .address = "192.0.2.1",
                               .token = "",
                               .authorization = "",
                               .headers = {{"cookie", "secret"}, {"x-tenant", "acme"}}});
  client->Send(R"(0{"token":"ann", "n":1.50})");
  RunAll();
  const auto call = invoker_.Take("Admit");
  const RawEvent event = RequestOf<RawEvent>(call.call);
  EXPECT_EQ(event.namespace_(), "/");
  EXPECT_EQ(event.socket_id(), "a1");
  EXPECT_EQ(event.event(), "connect");
  EXPECT_EQ(event.arguments().json(), "");
  EXPECT_FALSE(event.ack_wanted());
  EXPECT_EQ(event.handshake().auth_json(), R"({"token":"ann", "n":1.50})");
  EXPECT_EQ(event.handshake().query().at("lang"), "de");
  EXPECT_EQ(event.handshake().headers().at("x-tenant"), "acme");
  EXPECT_EQ(event.handshake().headers().count("cookie"), 0u);
  EXPECT_EQ(event.handshake().address(), "192.0.2.1");
  EXPECT_EQ(event.claims_json(), R"({"sub":"ann"})");
  EXPECT_EQ(event.edge_id(), "edge-1");
  EXPECT_EQ(MetadataOf(call.call, "authorization"), "Bearer ann");
  RawReply reply;
  auto& emit = *reply.mutable_effects()->add_effects()->mutable_emit();
  emit.mutable_to()->set_room("/hall");
  emit.set_event("hello");
  call.done(reply.SerializeAsString());
  RunAll();
  EXPECT_THAT(client->Received(), ElementsAre(R"(0{"sid":"a1"})", R"(2["hello"])"));
}

TEST_F(GatewayRawTest, TellsWhyTheServiceRefused) {
  const auto client = Open();
  client->Send("0");
  Fail("Admit", absl::PermissionDeniedError("Members only"));
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(4{"message":"Members only","data":{"type":"Unauthorized","message":"Members only"}})"));
}

TEST_F(GatewayRawTest, RefusesInJsonWhateverTheServiceSays) {
  const auto client = Open();
  client->Send("0");
  Fail("Admit", absl::NotFoundError("a\"b\n\xFF"));
  EXPECT_THAT(client->Received(),
              ElementsAre("4{\"message\":\"a\\\"b\\n\uFFFD\",\"data\":{\"type\":\"NotFound\","
                          "\"message\":\"a\\\"b\\n\uFFFD\"}}"));
}

TEST_F(GatewayRawTest, TellsTheServiceWhoHasLeft) {
  const auto client = Admit();
  client->Hangup();
  RunAll();
  const RawEvent event = RequestOf<RawEvent>(invoker_.Take("Forget").call);
  EXPECT_EQ(event.event(), "disconnect");
  EXPECT_EQ(event.socket_id(), "a1");
  EXPECT_EQ(event.handshake().auth_json(), "{}");
  EXPECT_EQ(event.claims_json(), "");
}

TEST_F(GatewayRawTest, TellsTheOthersWhatTheServiceSaysOfOneWhoHasLeft) {
  const auto leaver = Admit();
  const auto other = Admit();
  leaver->Hangup();
  RunAll();
  RawReply reply;
  auto& emit = *reply.mutable_effects()->add_effects()->mutable_emit();
  emit.mutable_to()->set_all(true);
  emit.set_event("left");
  emit.set_arguments_json(R"(["a1"])");
  invoker_.Take("Forget").done(reply.SerializeAsString());
  RunAll();
  EXPECT_THAT(other->Received(), ElementsAre(R"(2["left","a1"])"));
}

// --- Events ---

TEST_F(GatewayRawTest, HandsAnyEventOnAsItWasWritten) {
  const auto client = Admit();
  client->Send(R"(2["say",12345678901234567890, {"b":1.50,"b":"\u0041"}])");
  const RawEvent event = Handled(Ack("[1]"));
  EXPECT_EQ(event.event(), "say");
  EXPECT_EQ(event.arguments().json(), R"([12345678901234567890, {"b":1.50,"b":"\u0041"}])");
  EXPECT_THAT(event.arguments().attachments(), IsEmpty());
  EXPECT_FALSE(event.ack_wanted());
  EXPECT_EQ(event.socket_id(), "a1");
  EXPECT_THAT(client->Received(), IsEmpty());
}

TEST_F(GatewayRawTest, HandsObjectsWithManyMembersOnUnread) {
  const auto client = Admit();
  std::string json = R"([{"0":0)";
  for (int i = 1; i < 5000; ++i) json += ",\"" + std::to_string(i) + "\":0";
  json += "}]";
  client->Send("2[\"say\"," + json.substr(1));
  EXPECT_EQ(Handled().arguments().json(), json);
  EXPECT_THAT(limits_.reached, IsEmpty());
}

TEST_F(GatewayRawTest, AcksWithAnyNumberOfArguments) {
  const auto client = Admit();
  client->Send(R"(21["a"])");
  EXPECT_TRUE(Handled(Ack(R"([1.50,"x",null])")).ack_wanted());
  client->Send(R"(22["a"])");
  Handled(Ack(""));
  client->Send(R"(23["a"])");
  Handled();
  EXPECT_THAT(client->Received(), ElementsAre(R"(31[1.50,"x",null])", "32[]", "33[]"));
}

TEST_F(GatewayRawTest, CarriesAttachmentsInBothDirections) {
  const auto client = Admit();
  client->Send(R"(52-7["a",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])");
  client->SendBinary("AB");
  client->SendBinary("C");
  RawReply reply = Ack(R"([{"_placeholder":true,"num":0}])");
  reply.mutable_ack()->add_attachments("xyz");
  const RawEvent event = Handled(reply);
  EXPECT_EQ(event.arguments().json(),
            R"([{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}])");
  EXPECT_THAT(event.arguments().attachments(), ElementsAre("AB", "C"));
  EXPECT_THAT(client->Received(), ElementsAre(R"(61-7[{"_placeholder":true,"num":0}]<xyz>)"));
}

TEST_F(GatewayRawTest, TakesPlaceholdersOfATextEventForWhatTheyAre) {
  const auto client = Admit();
  client->Send(R"(2["a",{"_placeholder":true,"num":9}])");
  EXPECT_EQ(Handled().arguments().json(), R"([{"_placeholder":true,"num":9}])");
  EXPECT_TRUE(client->session().state() == engineio::Session::State::kOpen);
}

TEST_F(GatewayRawTest, FindsAnEventWhoseNameIsANumber) {
  const auto client = Admit();
  client->Send("2[7]");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Count"));
  invoker_.Take("Count").done("");
  RunAll();
  client->Send(R"(2[1.50,"x"])");
  const RawEvent event = Handled();
  EXPECT_EQ(event.event(), "1.50");
  EXPECT_EQ(event.arguments().json(), R"(["x"])");
}

TEST_F(GatewayRawTest, AcksBeforeItCarriesEffectsOut) {
  const auto client = Admit();
  client->Send(R"(27["a"])");
  RawReply reply = Ack("[1]");
  auto& emit = *reply.mutable_effects()->add_effects()->mutable_emit();
  emit.mutable_to()->set_socket_id("a1");
  emit.set_event("then");
  emit.set_arguments_json("[2]");
  auto& disconnect = *reply.mutable_effects()->add_effects()->mutable_disconnect();
  disconnect.mutable_target()->set_room("a1");
  Handled(reply);
  EXPECT_THAT(client->Received(), ElementsAre("37[1]", R"(2["then",2])", "1"));
}

TEST_F(GatewayRawTest, CarriesEffectsOutBeforeTheNextEventIsAnswered) {
  const auto client = Admit();
  client->Send(R"(21["a"])");
  client->Send(R"(22["a"])");
  RawReply reply = Ack("[1]");
  auto& emit = *reply.mutable_effects()->add_effects()->mutable_emit();
  emit.mutable_to()->set_all(true);
  emit.set_event("between");
  Handled(reply);
  Handled(Ack("[2]"));
  EXPECT_THAT(client->Received(), ElementsAre("31[1]", R"(2["between"])", "32[2]"));
}

TEST_F(GatewayRawTest, TellsFailureAsForAnyMethod) {
  const auto client = Admit();
  client->Send(R"(27["a"])");
  Fail("Handle", absl::NotFoundError("No such thing"));
  client->Send(R"(2["a"])");
  Fail("Handle", absl::NotFoundError("No such thing"));
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(37[{"error":{"type":"NotFound","message":"No such thing"}}])",
                          R"(2["exception",{"type":"NotFound","message":"No such thing"}])"));
}

TEST_F(GatewayRawTest, SendsNoAckThatIsNoJson) {
  const auto client = Admit();
  RawReply reply = Ack("[]");
  for (int i = 0; i < 11; ++i) reply.mutable_ack()->add_attachments("x");
  for (const RawReply& bad : {Ack("{}"), Ack("[1"), Ack("[\"a\" 1]"), reply}) {
    client->Send(R"(27["a"])");
    Handled(bad);
    EXPECT_THAT(client->Received(),
                ElementsAre(R"(37[{"error":{"type":"Unknown","message":"Internal error"}}])"));
  }
}

// --- Binary values of typed methods ---

TEST_F(GatewayRawTest, TakesAttachmentsOfATypedEventForBytes) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(51-/chat,7["draw",{"ink":{"_placeholder":true,"num":0},"to":"a1"}])");
  client->SendBinary("AB");
  const auto call = invoker_.Take("Draw");
  EXPECT_EQ(RequestOf<chat::v1::DrawRequest>(call.call).ink(), "AB");
  chat::v1::DrawResponse response;
  response.set_ink("xyz");
  response.add_layers("");
  call.done(response.SerializeAsString());
  RunAll();
  const std::string json =
      R"({"ink":{"_placeholder":true,"num":0},"layers":[{"_placeholder":true,"num":1}]})";
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(52-/chat,["drawn",)" + json + "]<xyz><>", R"(2/chat,["whispered"])",
                          "62-/chat,7[" + json + "]<xyz><>"));
}

TEST_F(GatewayRawTest, TakesBase64ForBytesAsWell) {
  const auto client = Enter("ann", "tea");
  client->Send(R"(2/chat,["draw",{"ink":"QUI=","to":"x"}])");
  EXPECT_EQ(RequestOf<chat::v1::DrawRequest>(invoker_.Take("Draw").call).ink(), "AB");
}

TEST_F(GatewayRawTest, RefusesAnAnswerWithTooManyAttachments) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(2/chat,7["draw",{"to":"x"}])");
  chat::v1::DrawResponse response;
  for (int i = 0; i < 10; ++i) response.add_layers("x");
  Answer("Draw", response);
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(3/chat,7[{"error":{"type":"Unknown","message":"Internal error"}}])"));
}

TEST_F(GatewayRawTest, StreamsBinaryValues) {
  const auto client = Enter("ann", "tea");
  client->Received();
  chat::v1::ListenResponse message;
  message.mutable_drawn()->set_ink("AB");
  Stream(message);
  EXPECT_THAT(
      client->Received(),
      ElementsAre(R"(51-/chat,["drawn",{"ink":{"_placeholder":true,"num":0},"layers":[]}]<AB>)"));
}

}  // namespace
}  // namespace caucus::edge::gateway
