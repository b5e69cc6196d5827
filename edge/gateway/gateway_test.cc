// Connecting, events and disconnecting; for rooms see gateway_rooms_test.cc.

#include "edge/gateway/gateway.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/status/error_details.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"
#include "google/protobuf/empty.pb.h"

namespace caucus::edge::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;

constexpr std::string_view kForbidden = R"(4/chat,{"message":"FORBIDDEN"})";

class GatewayTest : public GatewayFixture {
 protected:
  // The token that the CONNECT call carries, when a client shows these.
  std::string TokenOf(std::string_view connect, engineio::HandshakeInfo handshake = {}) {
    const auto client = Open(0, std::move(handshake));
    client->Send(connect);
    RunAll();
    if (invoker_.Waiting().empty()) return client->Received().at(0);
    return MetadataOf(invoker_.Take("Enter").call, "authorization");
  }

  void Say(TestClient& client, std::string_view text, std::string_view ack_id = "") {
    client.Send(std::string("2/chat,")
                    .append(ack_id)
                    .append(R"(["say",{"text":")")
                    .append(text)
                    .append(R"("}])"));
    RunAll();
  }
  static chat::v1::SayResponse Echo(std::string_view text) {
    chat::v1::SayResponse response;
    response.set_echo(std::string(text));
    return response;
  }
};

// --- Tokens ---

TEST_F(GatewayTest, LooksForATokenInTheConnectPacketFirst) {
  const engineio::HandshakeInfo all = {
      .query = "", .address = "", .token = "bob", .authorization = "Bearer cid"};
  EXPECT_EQ(TokenOf(R"(0/chat,{"token":"ann"})", all), "Bearer ann");
  EXPECT_EQ(TokenOf("0/chat", all), "Bearer bob");
  EXPECT_EQ(TokenOf(R"(0/chat,{"token":""})", all), "Bearer bob");
  EXPECT_EQ(TokenOf(R"(0/chat,{"token":5})", all), "Bearer bob");
  EXPECT_EQ(
      TokenOf("0/chat", {.query = "", .address = "", .token = "", .authorization = "bearer  cid "}),
      "Bearer cid");
  EXPECT_THAT(verifier_.tokens, ElementsAre("ann", "bob", "bob", "bob", "cid"));
}

TEST_F(GatewayTest, RefusesAClientWithoutATokenIfOneIsRequired) {
  EXPECT_EQ(TokenOf("0/chat"), kForbidden);
  EXPECT_EQ(
      TokenOf("0/chat",
              {.query = "token=ann", .address = "", .token = "", .authorization = "Basic ann"}),
      kForbidden);
  EXPECT_THAT(verifier_.tokens, IsEmpty());
}

TEST_F(GatewayTest, RefusesABadToken) {
  verifier_.errors["bad"] = ErrorWithReason(absl::StatusCode::kUnauthenticated, "the token is over",
                                            {.domain = "auth.example", .reason = "TOKEN_EXPIRED"});
  EXPECT_EQ(TokenOf(R"(0/chat,{"token":"bad"})"), kForbidden);
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, TellsThatNobodyCouldVerifyTheToken) {
  verifier_.errors["ann"] = absl::UnavailableError("10.0.0.1: connection refused");
  EXPECT_EQ(
      TokenOf(R"(0/chat,{"token":"ann"})"),
      R"(4/chat,{"message":"Service unavailable","data":{"type":"Unavailable","message":"Service unavailable"}})");
}

TEST_F(GatewayTest, ReadsNoTokenIfNoneIsWanted) {
  const auto client = Open(0, {.query = "", .address = "", .token = "bob", .authorization = ""});
  client->Send(R"(0/lobby,{"token":"ann"})");
  EXPECT_THAT(client->Received(), ElementsAre(R"(0/lobby,{"sid":"a1"})"));
  EXPECT_THAT(verifier_.tokens, IsEmpty());
  client->Send(R"(2/lobby,["greet"])");
  EXPECT_EQ(MetadataOf(invoker_.Take("Greet").call, "authorization"), "");
}

TEST_F(GatewayTest, TakesAClientWithoutATokenIfItIsOptional) {
  const auto client = Open();
  client->Send("0/lounge");
  const auto call = invoker_.Take("Sit");
  EXPECT_EQ(MetadataOf(call.call, "authorization"), "");
  EXPECT_EQ(RequestOf<chat::v1::LeaveRequest>(call.call).socket_id(), "");
  call.done("");
  RunAll();
  EXPECT_THAT(client->Received(), ElementsAre(R"(0/lounge,{"sid":"a1"})"));
}

TEST_F(GatewayTest, VerifiesAnOptionalToken) {
  const auto client = Open();
  client->Send(R"(0/lounge,{"token":"ann"})");
  RunAll();
  EXPECT_EQ(RequestOf<chat::v1::LeaveRequest>(invoker_.Take("Sit").call).socket_id(), "ann");
  verifier_.errors["bad"] = absl::UnauthenticatedError("no");
  const auto other = Open();
  other->Send(R"(0/lounge,{"token":"bad"})");
  RunAll();
  EXPECT_THAT(other->Received(), ElementsAre(R"(4/lounge,{"message":"Who are you?"})"));
}

// --- Connecting ---

TEST_F(GatewayTest, AsksTheServiceWhileAClientConnects) {
  const auto client = Open(
      0,
      {.query = "EIO=4&theme=dark%21", .address = "192.0.2.1", .token = "", .authorization = ""});
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  EXPECT_THAT(client->Received(), IsEmpty());
  const auto call = invoker_.Take("Enter");
  EXPECT_EQ(call.call.method, "/chat.v1.ChatService/Enter");
  EXPECT_EQ(call.call.timeout, options_.call_timeout);
  EXPECT_EQ(
      RequestOf<chat::v1::EnterRequest>(call.call).ShortDebugString(),
      R"(user: "ann" room: "tea" theme: "dark!" socket_id: "a1" edge_id: "edge-1" address: "192.0.2.1")");
  EXPECT_EQ(MetadataOf(call.call, "x-forwarded-for"), "192.0.2.1");
  const std::string request_id = MetadataOf(call.call, "x-request-id");
  EXPECT_THAT(request_id, MatchesRegex("[0-9a-f]+"));
  EXPECT_THAT(MetadataOf(call.call, "traceparent"),
              MatchesRegex("00-" + request_id + "-[0-9a-f]{16}-00"));
  chat::v1::EnterResponse response;
  response.set_motto("hi");
  call.done(response.SerializeAsString());
  RunAll();
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(0/chat,{"sid":"a1"})", R"(2/chat,["welcome","hi"])"));
}

TEST_F(GatewayTest, TellsWhyTheServiceRefused) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  Fail("Enter", ErrorWithReason(absl::StatusCode::kNotFound, "No such room",
                                {.domain = "chat.example", .reason = "ROOM_NOT_FOUND"}));
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(4/chat,{"message":"No such room","data":{"type":"NotFound","message":"No such room","reason":"ROOM_NOT_FOUND"}})"));
  client->Hangup();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, RefusesAClientWhoseAnswerIsUnusable) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  invoker_.Take("Enter").done("\xFF");
  RunAll();
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(4/chat,{"message":"Internal error","data":{"type":"Unknown","message":"Internal error"}})"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
}

TEST_F(GatewayTest, RefusesARoomWithAnEmptyName) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann"})");
  RunAll();
  Answer("Enter", chat::v1::EnterResponse());
  EXPECT_THAT(client->Received(), ElementsAre(testing::StartsWith("4/chat,")));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
}

TEST_F(GatewayTest, TellsTheServiceOfAClientThatLeftWhileConnecting) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  client->Hangup();
  client->Destroy();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Enter"));
  Answer("Enter", chat::v1::EnterResponse());
  const auto call = invoker_.Take("Leave");
  EXPECT_EQ(RequestOf<chat::v1::LeaveRequest>(call.call).socket_id(), "a1");
  EXPECT_THAT(invoker_.StreamsOf("Listen"), IsEmpty());
}

TEST_F(GatewayTest, TellsNothingOfAClientThatLeftAndWasRefused) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  client->Hangup();
  Fail("Enter", absl::NotFoundError("No such room"));
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, AsksNothingForAClientThatLeftWhileItsTokenWasVerified) {
  const auto client = Open();
  client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  client->Hangup();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

// --- Events ---

TEST_F(GatewayTest, MakesCallsOfEvents) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(2/chat,7["say",{"text":"hi","author":"forged"}])");
  const auto call = invoker_.Take("Say");
  EXPECT_EQ(RequestOf<chat::v1::SayRequest>(call.call).ShortDebugString(),
            R"(text: "hi" author: "ann")");
  EXPECT_EQ(MetadataOf(call.call, "authorization"), "Bearer ann");
  call.done(Echo("hi").SerializeAsString());
  RunAll();
  EXPECT_THAT(client->Received(), ElementsAre(R"(3/chat,7[{"echo":"hi"}])"));
}

TEST_F(GatewayTest, AcksAnEmptyAnswerWithoutAnArgument) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(2/chat,0["knock"])");
  Answer("Knock", google::protobuf::Empty());
  EXPECT_THAT(client->Received(), ElementsAre("3/chat,0[]"));
}

TEST_F(GatewayTest, AnswersOnlyWhoAsksForAnAck) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "hi");
  Answer("Say", Echo("hi"));
  EXPECT_THAT(client->Received(), IsEmpty());
}

TEST_F(GatewayTest, HandlesTheEventsOfASocketInOrderOneAtATime) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "1", "1");
  Say(*client, "2", "2");
  client->Send(R"(2/chat,3["knock"])");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  Answer("Say", Echo("1"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  Answer("Say", Echo("2"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Knock"));
  Answer("Knock", google::protobuf::Empty());
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(3/chat,1[{"echo":"1"}])", R"(3/chat,2[{"echo":"2"}])", "3/chat,3[]"));
}

TEST_F(GatewayTest, HandlesTheEventsOfDifferentSocketsAtOnce) {
  const auto ann = Enter("ann", "tea");
  const auto bob = Enter("bob", "tea");
  Say(*ann, "1");
  Say(*bob, "2");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say", "Say"));
}

TEST_F(GatewayTest, AnswersABadRequestInItsTurn) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "1", "1");
  Say(*client, "", "2");
  Say(*client, "3", "3");
  EXPECT_THAT(client->Received(), IsEmpty());
  Answer("Say", Echo("1"));
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(3/chat,1[{"echo":"1"}])",
          R"(3/chat,2[{"error":{"type":"BadRequest","message":["text must be longer than or equal to 1 characters"]}}])"));
  Answer("Say", Echo("3"));
  EXPECT_THAT(client->Received(), ElementsAre(R"(3/chat,3[{"echo":"3"}])"));
}

TEST_F(GatewayTest, TellsFailureInTheAck) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "hi", "7");
  Fail("Say", ErrorWithReason(absl::StatusCode::kFailedPrecondition, "The room is closed",
                              {.domain = "chat.example", .reason = "ROOM_CLOSED"}));
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(3/chat,7[{"error":{"type":"Conflict","message":"The room is closed","reason":"ROOM_CLOSED"}}])"));
}

TEST_F(GatewayTest, TellsFailureWithAnEventIfNoAckIsWanted) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "hi");
  Fail("Say", absl::PermissionDeniedError("Not you"));
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(2/chat,["exception",{"type":"Unauthorized","message":"Not you"}])"));
}

TEST_F(GatewayTest, TheNewestConnectionOfASubjectWinsOnWhateverShard) {
  const auto enter = [this](std::string_view packet, size_t shard) {
    auto client = Open(shard);
    client->Send(packet);
    RunAll();
    Answer("Sit", google::protobuf::Empty());
    RunAll();
    return client;
  };
  const auto older = enter(R"(0/lounge,{"token":"ann"})", 0);
  const auto other = enter(R"(0/lounge,{"token":"bob"})", 0);
  const auto nobody = enter("0/lounge", 0);
  for (const auto& client : {older.get(), other.get(), nobody.get()}) client->Received();
  const auto newer = enter(R"(0/lounge,{"token":"ann"})", 1);
  EXPECT_THAT(older->Received(), ElementsAre("1/lounge,"));
  EXPECT_THAT(newer->Received(), ElementsAre(testing::StartsWith(R"(0/lounge,{"sid":)")));
  EXPECT_THAT(other->Received(), IsEmpty());
  EXPECT_THAT(nobody->Received(), IsEmpty());
}

TEST_F(GatewayTest, TellsTheServiceThatNobodyIsThereIfConnectingMayHaveHappened) {
  for (const auto code : {absl::StatusCode::kDeadlineExceeded, absl::StatusCode::kUnavailable}) {
    const auto client = Open();
    client->Send(R"(0/chat,{"token":"ann","room":"tea"})");
    RunAll();
    Fail("Enter", absl::Status(code, "late"));
    RunAll();
    EXPECT_EQ(invoker_.Take("Leave").call.method, "/chat.v1.ChatService/Leave");
  }
}

TEST_F(GatewayTest, NamesTheErrorEventAsTheNamespaceWants) {
  const auto client = Open();
  client->Send("0/lounge");
  Answer("Sit", google::protobuf::Empty());
  client->Received();
  client->Send(R"(2/lounge,["order",{}])");
  RunAll();
  EXPECT_THAT(client->Received(), ElementsAre(testing::StartsWith(R"(2/lounge,["oops",{)")));
}

TEST_F(GatewayTest, TellsThatAnAnswerIsUnusable) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "hi", "7");
  invoker_.Take("Say").done("\xFF");
  RunAll();
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(3/chat,7[{"error":{"type":"Unknown","message":"Internal error"}}])"));
}

TEST_F(GatewayTest, RefusesAnEventWithTooManyMembers) {
  const auto client = Enter("ann", "tea");
  client->Received();
  std::string json = R"({"text":"hi")";
  for (int i = 1; i <= 256; ++i) json += ",\"" + std::to_string(i) + "\":0";
  client->Send(R"(2/chat,7["say",)" + json + "}]");
  RunAll();
  EXPECT_THAT(client->Received(),
              ElementsAre(testing::HasSubstr("an object has more than 256 members")));
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kJsonMembers));
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, IgnoresAnUnknownEventUnlessAnAckIsWanted) {
  const auto client = Enter("ann", "tea");
  client->Received();
  client->Send(R"(2/chat,["shout"])");
  client->Send(R"(2/chat,7["shout"])");
  RunAll();
  EXPECT_THAT(client->Received(),
              ElementsAre(R"(3/chat,7[{"error":{"type":"NotFound","message":"Unknown event"}}])"));
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, RefusesEventsAndConnectsBeyondTheCallsInFlight) {
  const auto ann = Enter("ann", "tea");
  const auto bob = Enter("bob", "tea");
  ann->Received();
  bob->Received();
  options_.calls_in_flight_max = 1;
  Say(*ann, "1", "1");
  Say(*bob, "2", "2");
  Say(*bob, "3");
  EXPECT_THAT(
      bob->Received(),
      ElementsAre(
          R"(3/chat,2[{"error":{"type":"TooManyRequests","message":"Too many calls are under way"}}])",
          R"(2/chat,["exception",{"type":"TooManyRequests","message":"Too many calls are under way"}])"));
  const auto cid = Open();
  cid->Send(R"(0/chat,{"token":"cid","room":"tea"})");
  RunAll();
  EXPECT_THAT(
      cid->Received(),
      ElementsAre(
          R"(4/chat,{"message":"Too many calls are under way","data":{"type":"TooManyRequests","message":"Too many calls are under way"}})"));
  EXPECT_EQ(limits_.reached, std::vector<Limit>(3, Limit::kCallsInFlight));
  bob->Hangup();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say", "Leave"));
  Answer("Say", Echo("1"));
  EXPECT_THAT(ann->Received(), ElementsAre(R"(3/chat,1[{"echo":"1"}])"));
  Say(*ann, "4", "4");
  EXPECT_THAT(ann->Received(), ElementsAre(testing::HasSubstr("TooManyRequests")));
  Answer("Leave", google::protobuf::Empty());
  Say(*ann, "5", "5");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
}

TEST_F(GatewayTest, RefusesEventsBeyondTheBytesOfCallsInFlight) {
  const auto ann = Enter("ann", "tea");
  const auto bob = Enter("bob", "tea");
  bob->Received();
  options_.call_bytes_in_flight_max = 1000;
  Say(*ann, std::string(900, 'x'));
  Say(*bob, std::string(100, 'x'), "1");
  EXPECT_THAT(bob->Received(), ElementsAre(testing::HasSubstr("TooManyRequests")));
  Say(*bob, "x", "2");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say", "Say"));
}

TEST_F(GatewayTest, RefusesAConnectThatWouldEndInACallBeyondTheLimit) {
  options_.calls_in_flight_max = 0;
  const auto client = Open();
  client->Send("0/lounge,");
  RunAll();
  EXPECT_THAT(client->Received(), ElementsAre(testing::HasSubstr("TooManyRequests")));
}

TEST_F(GatewayTest, DropsTheEventsOfAClientThatHasLeftBeyondALimit) {
  options_.departed_event_bytes_max = 2000;
  const auto ann = Enter("ann", "tea");
  const auto bob = Enter("bob", "tea");
  for (const auto& client : {ann.get(), bob.get()}) {
    Say(*client, "1");
    Say(*client, std::string(1500, 'x'));
    client->Hangup();
  }
  RunAll();
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kPendingAcks));
  Answer("Say", Echo("1"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say", "Say"));
  Answer("Say", Echo("1"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say", "Leave"));
  // There is room again once the first one's event is being done.
  const auto cid = Enter("cid", "tea");
  Say(*cid, "1");
  Say(*cid, std::string(1500, 'x'));
  cid->Hangup();
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kPendingAcks));
}

TEST_F(GatewayTest, AnswersAnEventTooMany) {
  client_limits_.event_rate = {.per_second = 1, .burst = 1};
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "1");
  Say(*client, "2", "2");
  Say(*client, "3");
  EXPECT_THAT(
      client->Received(),
      ElementsAre(
          R"(3/chat,2[{"error":{"type":"TooManyRequests","message":"Too many events"}}])",
          R"(2/chat,["exception",{"type":"TooManyRequests","message":"Too many events"}])"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  EXPECT_EQ(limits_.reached, std::vector<Limit>(2, Limit::kEventRate));
}

TEST_F(GatewayTest, StopsReadingFromAClientWithTooManyBytesOfEvents) {
  options_.event_bytes_pending_max = 1000;
  const auto client = Enter("ann", "tea");
  Say(*client, std::string(2000, 'x'));
  EXPECT_FALSE(client->session().input_paused());
  Say(*client, std::string(600, 'x'));
  EXPECT_FALSE(client->session().input_paused());
  Say(*client, std::string(600, 'x'));
  EXPECT_TRUE(client->session().input_paused());
  Answer("Say", Echo("x"));
  EXPECT_TRUE(client->session().input_paused());
  Answer("Say", Echo("x"));
  EXPECT_FALSE(client->session().input_paused());
}

TEST_F(GatewayTest, StopsReadingFromAClientWithTooManyEvents) {
  options_.events_pending_max = 4;
  const auto client = Enter("ann", "tea");
  for (int i = 0; i < 4; ++i) Say(*client, "hi");
  EXPECT_FALSE(client->session().input_paused());
  Say(*client, "hi");
  EXPECT_TRUE(client->session().input_paused());
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kPendingAcks));
  Answer("Say", Echo("hi"));
  EXPECT_TRUE(client->session().input_paused());
  Answer("Say", Echo("hi"));
  EXPECT_FALSE(client->session().input_paused());
}

// --- Disconnecting ---

TEST_F(GatewayTest, TellsTheServiceOnceThatAClientHasLeft) {
  const auto client = Enter("ann", "tea");
  client->Send("1/chat,");
  client->Hangup();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
  const auto call = invoker_.Take("Leave");
  EXPECT_EQ(RequestOf<chat::v1::LeaveRequest>(call.call).socket_id(), "a1");
  EXPECT_EQ(MetadataOf(call.call, "authorization"), "Bearer ann");
  EXPECT_EQ(call.call.timeout, options_.disconnect_call_timeout);
  call.done(absl::UnavailableError("gone"));
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, FinishesTheEventsOfAClientThatHasLeft) {
  const auto client = Enter("ann", "tea");
  Say(*client, "1");
  Say(*client, "2", "2");
  client->Hangup();
  client->Destroy();
  RunAll();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  Answer("Say", Echo("1"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  Answer("Say", Echo("2"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
  Answer("Leave", google::protobuf::Empty());
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
}

TEST_F(GatewayTest, AcksAfterTheClientHasLeftTheNamespace) {
  const auto client = Enter("ann", "tea");
  client->Received();
  Say(*client, "1", "1");
  Say(*client, "2");
  client->Send("1/chat,");
  Answer("Say", Echo("1"));
  Fail("Say", absl::NotFoundError("No such room"));
  EXPECT_THAT(client->Received(), ElementsAre(R"(3/chat,1[{"echo":"1"}])"));
}

TEST_F(GatewayTest, LetsGoOfAClientThatLeftItsNamespaceAndThenItsConnection) {
  const auto client = Enter("ann", "tea");
  Say(*client, "1", "1");
  client->Send("1/chat,");
  client->Hangup();
  client->Destroy();
  Answer("Say", Echo("1"));
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
}

TEST_F(GatewayTest, MovesAClientThatHasLeftNowhere) {
  const auto client = Enter("ann", "tea");
  client->Send(R"(2/chat,["move",{"from":"tea","to":"milk"}])");
  client->Hangup();
  Answer("Move", chat::v1::MoveResponse());
  Advance(options_.feed.linger);
  EXPECT_EQ(FeedCount(), 0u);
}

}  // namespace
}  // namespace caucus::edge::gateway
