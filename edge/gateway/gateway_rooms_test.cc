// Rooms, emits and effects, within a shard and across shards.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "caucus/socketio/v1/effects.pb.h"
#include "edge/engineio/close_reason.h"
#include "edge/engineio/monotonic_time.h"
#include "edge/engineio/session.h"
#include "edge/gateway/gateway.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

using ::caucus::socketio::v1::Effect;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view kSaid1 = R"(2/chat,["said",{"echo":"1"}])";
constexpr std::string_view kWelcome = R"(2/chat,["welcome",""])";

Effect::Target Room(std::string_view room) {
  Effect::Target target;
  target.set_room(std::string(room));
  return target;
}

Effect::Target SocketId(std::string_view id) {
  Effect::Target target;
  target.set_socket_id(std::string(id));
  return target;
}

class GatewayRoomsTest : public GatewayFixture {
 protected:
  // Enters, and forgets what came by then.
  std::unique_ptr<TestClient> EnterQuietly(std::string_view user, std::string_view room,
                                           size_t shard) {
    auto client = Enter(user, room, shard);
    client->Received();
    return client;
  }

  // The effects come with the answer to an event of `client`.
  void AnswerWith(TestClient& client, const std::vector<Effect>& effects) {
    client.Send(R"(2/chat,1["say",{"text":"x"}])");
    chat::v1::SayResponse response;
    for (const Effect& effect : effects) *response.mutable_effects()->add_effects() = effect;
    Answer("Say", response);
  }
  static Effect EmitTo(const Effect::Target& target, std::string_view arguments) {
    Effect effect;
    *effect.mutable_emit()->mutable_to() = target;
    effect.mutable_emit()->set_event("news");
    effect.mutable_emit()->set_arguments_json(std::string(arguments));
    return effect;
  }
  static Effect Join(const Effect::Target& target, std::string_view room) {
    Effect effect;
    *effect.mutable_join()->mutable_target() = target;
    effect.mutable_join()->set_room(std::string(room));
    return effect;
  }
  static Effect Leave(const Effect::Target& target, std::string_view room) {
    Effect effect;
    *effect.mutable_leave()->mutable_target() = target;
    effect.mutable_leave()->set_room(std::string(room));
    return effect;
  }
  enum class Close { kNo, kYes };
  static Effect Disconnect(const Effect::Target& target, Close close) {
    Effect effect;
    *effect.mutable_disconnect()->mutable_target() = target;
    effect.mutable_disconnect()->set_close(close == Close::kYes);
    return effect;
  }
};

// --- Emits, joins and leaves of a rule ---

TEST_F(GatewayRoomsTest, EmitsToTheSenderARoomAndTheNamespaceOnEveryShard) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 0);
  const auto cid = EnterQuietly("cid", "milk", 0);
  const auto dan = EnterQuietly("dan", "milk", 1);
  const auto eve = EnterQuietly("eve", "tea", 1);
  const auto lobby = Open(1);
  lobby->Send("0/lobby");
  lobby->Received();
  ann->Send(R"(2/chat,7["move",{"from":"tea","to":"milk"}])");
  chat::v1::MoveResponse response;
  response.set_door("oak");
  Answer("Move", response);
  const std::string_view arrived = R"(2/chat,["arrived",{"door":"oak"}])";
  const std::string_view left = R"(2/chat,["left"])";
  const std::string_view announced = R"(2/chat,["announced","oak"])";
  const std::string_view overheard = R"(2/chat,["overheard"])";
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(2/chat,["moved","oak"])", announced, R"(3/chat,7[{"door":"oak"}])"));
  EXPECT_THAT(bob->Received(), ElementsAre(left, announced, overheard));
  EXPECT_THAT(cid->Received(), ElementsAre(arrived, announced, overheard));
  EXPECT_THAT(dan->Received(), ElementsAre(arrived, announced, overheard));
  EXPECT_THAT(eve->Received(), ElementsAre(left, announced, overheard));
  EXPECT_THAT(lobby->Received(), IsEmpty());
}

TEST_F(GatewayRoomsTest, BoundsTheRoomsOfASocket) {
  options_.rooms_per_socket_max = 2;
  const auto ann = EnterQuietly("ann", "tea", 0);
  AnswerWith(*ann, {Join(SocketId("a1"), "milk")});
  AnswerWith(*ann, {EmitTo(Room("milk"), "")});
  EXPECT_THAT(ann->Received(), ElementsAre(R"(3/chat,1[{"echo":""}])", R"(3/chat,1[{"echo":""}])"));
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kRoomsPerSocket));
}

TEST_F(GatewayRoomsTest, JoinsNoRoomWithALongName) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  AnswerWith(*ann, {Join(SocketId("a1"), std::string(1025, 'x'))});
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kRoomsPerSocket));
  AnswerWith(*ann, {Join(SocketId("a1"), std::string(1024, 'x'))});
  EXPECT_THAT(limits_.reached, ElementsAre(Limit::kRoomsPerSocket));
}

TEST_F(GatewayRoomsTest, TakesASocketsIdForARoomOfARule) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  ann->Send(R"(2/chat,["move",{"from":"b1","to":"a1"}])");
  Answer("Move", chat::v1::MoveResponse());
  EXPECT_THAT(ann->Received(), ElementsAre(R"(2/chat,["moved",""])", R"(2/chat,["announced",""])"));
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["left"])", R"(2/chat,["announced",""])",
                                           R"(2/chat,["overheard"])"));
}

// --- Effects of answers ---

TEST_F(GatewayRoomsTest, EmitsAsAnAnswerAsks) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  const auto cid = EnterQuietly("cid", "milk", 1);
  AnswerWith(*ann, {EmitTo(Room("tea"), R"([1,{"a":"b"}])"), EmitTo(SocketId("b2"), ""),
                    EmitTo(SocketId("nobody"), "[]"), EmitTo(Room("nowhere"), "[]")});
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(3/chat,1[{"echo":""}])", R"(2/chat,["news",1,{"a":"b"}])"));
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["news",1,{"a":"b"}])"));
  EXPECT_THAT(cid->Received(), ElementsAre(R"(2/chat,["news"])"));
}

TEST_F(GatewayRoomsTest, CarriesEffectsOutInOrder) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  AnswerWith(*ann, {Join(Room("tea"), "hall"), EmitTo(Room("hall"), "[1]"),
                    Leave(SocketId("b1"), "hall"), EmitTo(Room("hall"), "[2]"), Effect(),
                    Leave(Room("tea"), "tea"), EmitTo(Room("tea"), "[3]")});
  EXPECT_THAT(ann->Received(), ElementsAre(R"(3/chat,1[{"echo":""}])", R"(2/chat,["news",1])",
                                           R"(2/chat,["news",2])"));
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["news",1])"));
}

TEST_F(GatewayRoomsTest, ReachesEveryoneButWhoIsLeftOut) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  const auto cid = EnterQuietly("cid", "milk", 1);
  Effect::Target all;
  all.set_all(true);
  Effect::Target others = all;
  others.add_except_socket_ids("a1");
  others.add_except_socket_ids("nobody");
  Effect::Target room = Room("tea");
  room.add_except_socket_ids("b1");
  Effect::Target nobody = SocketId("a1");
  nobody.add_except_socket_ids("a1");
  AnswerWith(*ann,
             {EmitTo(all, "[1]"), EmitTo(others, "[2]"), EmitTo(room, "[3]"), EmitTo(nobody, "[4]"),
              Join(others, "hall"), EmitTo(Room("hall"), "[5]"), Disconnect(others, Close::kNo)});
  EXPECT_THAT(ann->Received(), ElementsAre(R"(3/chat,1[{"echo":""}])", R"(2/chat,["news",1])",
                                           R"(2/chat,["news",3])"));
  for (const auto* other : {&bob, &cid}) {
    EXPECT_THAT((*other)->Received(), ElementsAre(R"(2/chat,["news",1])", R"(2/chat,["news",2])",
                                                  R"(2/chat,["news",5])", "1/chat,"));
  }
}

TEST_F(GatewayRoomsTest, TakesASocketsIdForARoomAndDeliversOnce) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  AnswerWith(*ann, {EmitTo(Room("b1"), "[1]"), Join(SocketId("b1"), "b1"),
                    EmitTo(Room("b1"), "[2]"), Join(SocketId("a1"), "b1"),
                    EmitTo(Room("b1"), "[3]"), Disconnect(Room("b1"), Close::kNo)});
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(3/chat,1[{"echo":""}])", R"(2/chat,["news",3])", "1/chat,"));
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["news",1])", R"(2/chat,["news",2])",
                                           R"(2/chat,["news",3])", "1/chat,"));
}

TEST_F(GatewayRoomsTest, EmitsAttachments) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  Effect emit = EmitTo(Room("tea"), R"( [{"_placeholder":true,"num":0},1])");
  emit.mutable_emit()->add_attachments("AB");
  AnswerWith(*ann, {emit});
  EXPECT_THAT(bob->Received(),
              ElementsAre(R"(51-/chat,["news",{"_placeholder":true,"num":0},1]<AB>)"));
}

TEST_F(GatewayRoomsTest, LosesWhatIsVolatileForASlowClient) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  Effect kept = EmitTo(Room("tea"), "[\"" + std::string(600'000, 'x') + "\"]");
  Effect lost = EmitTo(Room("tea"), "[1]");
  lost.mutable_emit()->set_volatile_(true);
  AnswerWith(*ann, {lost, kept, lost, EmitTo(Room("tea"), "[2]")});
  const std::vector<std::string> received = bob->Received();
  ASSERT_EQ(received.size(), 3u);
  EXPECT_EQ(received[0], R"(2/chat,["news",1])");
  EXPECT_EQ(received[2], R"(2/chat,["news",2])");
}

TEST_F(GatewayRoomsTest, LeavesOutWhatCannotBeDone) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Effect unnamed = EmitTo(Room("tea"), "[]");
  unnamed.mutable_emit()->clear_event();
  Effect reserved = EmitTo(Room("tea"), "[]");
  reserved.mutable_emit()->set_event("connect_error");
  Effect misplaced = EmitTo(Room("tea"), R"([{"_placeholder":true,"num":1}])");
  misplaced.mutable_emit()->add_attachments("AB");
  AnswerWith(*ann,
             {unnamed, reserved, misplaced, EmitTo(Room("tea"), "{}"), EmitTo(Room("tea"), "[1"),
              EmitTo(Room("tea"), "1]"), EmitTo(Room(""), "[]"), EmitTo(Effect::Target(), "[]"),
              Join(Room("tea"), ""), Disconnect(Effect::Target(), Close::kYes),
              EmitTo(Room("tea"), std::string(65, '[') + std::string(65, ']')),
              EmitTo(Room("tea"), "[\"last\"]")});
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(3/chat,1[{"echo":""}])", R"(2/chat,["news","last"])"));
}

TEST_F(GatewayRoomsTest, DisconnectsASocket) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  AnswerWith(*ann, {Disconnect(SocketId("b1"), Close::kNo)});
  EXPECT_THAT(bob->Received(), ElementsAre("1/chat,"));
  EXPECT_FALSE(bob->session().close_requested());
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
}

TEST_F(GatewayRoomsTest, DisconnectsARoomOnEveryShard) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 0);
  const auto cid = EnterQuietly("cid", "tea", 1);
  const auto dan = EnterQuietly("dan", "milk", 1);
  AnswerWith(*ann, {Disconnect(Room("tea"), Close::kYes)});
  EXPECT_THAT(ann->Received(), ElementsAre(R"(3/chat,1[{"echo":""}])", "1/chat,"));
  EXPECT_THAT(bob->Received(), ElementsAre("1/chat,"));
  EXPECT_THAT(cid->Received(), ElementsAre("1/chat,"));
  EXPECT_THAT(dan->Received(), IsEmpty());
  EXPECT_TRUE(ann->session().close_requested());
  EXPECT_TRUE(cid->session().close_requested());
  EXPECT_FALSE(dan->session().close_requested());
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave", "Leave", "Leave"));
}

TEST_F(GatewayRoomsTest, LetsARoomReconnectWithoutAWord) {
  const auto ann = EnterQuietly("ann", "milk", 0);
  const auto bob = EnterQuietly("bob", "tea", 0);
  const auto cid = EnterQuietly("cid", "tea", 1);
  Effect effect = Disconnect(Room("tea"), Close::kYes);
  effect.mutable_disconnect()->set_reconnect(true);
  AnswerWith(*ann, {effect});
  EXPECT_FALSE(ann->session().close_requested());
  for (const auto* client : {&bob, &cid}) {
    EXPECT_THAT((*client)->Received(), IsEmpty());
    EXPECT_EQ((*client)->session().requested_close(), engineio::CloseReason::kReconnect);
    (*client)->session().Close(engineio::CloseReason::kReconnect, engineio::MonotonicTime());
    EXPECT_THAT((*client)->Received(), IsEmpty());
  }
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave", "Leave"));
}

TEST_F(GatewayRoomsTest, CarriesTheEffectsOfAConnectOut) {
  const auto bob = EnterQuietly("bob", "tea", 1);
  const auto ann = Open();
  ann->Send(R"(0/chat,{"token":"ann","room":"tea"})");
  RunAll();
  chat::v1::EnterResponse response;
  *response.mutable_effects()->add_effects() = Disconnect(SocketId("b1"), Close::kNo);
  *response.mutable_effects()->add_effects() = EmitTo(SocketId("a1"), "[1]");
  Answer("Enter", response);
  EXPECT_THAT(bob->Received(), ElementsAre("1/chat,"));
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(0/chat,{"sid":"a1"})", kWelcome, R"(2/chat,["news",1])"));
}

// --- Feeds ---

TEST_F(GatewayRoomsTest, DeliversAFeedToItsRoomOnEveryShard) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = EnterQuietly("bob", "tea", 1);
  const auto cid = EnterQuietly("cid", "tea", 1);
  const auto dan = EnterQuietly("dan", "milk", 1);
  const auto tea = invoker_.StreamsOf("Listen").at(0);
  tea->on_message(Said("1", 1).SerializeAsString());
  RunAll();
  for (const auto* member : {&ann, &bob, &cid}) {
    EXPECT_THAT((*member)->Received(), ElementsAre(kSaid1));
  }
  EXPECT_THAT(dan->Received(), IsEmpty());
}

TEST_F(GatewayRoomsTest, CarriesTheEffectsOfAFeedOutAfterItsMessage) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  chat::v1::ListenResponse message;
  message.mutable_closed();
  *message.mutable_effects()->add_effects() = Join(Room("tea"), "hall");
  *message.mutable_effects()->add_effects() = EmitTo(Room("hall"), "[1]");
  *message.mutable_effects()->add_effects() = Disconnect(Room("tea"), Close::kNo);
  Stream(message);
  EXPECT_THAT(ann->Received(),
              ElementsAre(R"(2/chat,["closed"])", R"(2/chat,["news",1])", "1/chat,"));
}

TEST_F(GatewayRoomsTest, CarriesTheEffectsOfAFeedOutOnShardsWithoutAMember) {
  const auto bob = EnterQuietly("bob", "milk", 1);
  const auto ann = EnterQuietly("ann", "tea", 0);
  chat::v1::ListenResponse message;
  *message.mutable_effects()->add_effects() = EmitTo(Room("milk"), "[1]");
  *message.mutable_effects()->add_effects() = Disconnect(SocketId("b1"), Close::kNo);
  Stream(message);
  EXPECT_THAT(ann->Received(), IsEmpty());
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["news",1])", "1/chat,"));
}

TEST_F(GatewayRoomsTest, CarriesTheEffectsOfARetainedMessageOutOnce) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  chat::v1::ListenResponse message = Said("1", 1);
  *message.mutable_effects()->add_effects() = EmitTo(Room("tea"), "[1]");
  Stream(message);
  EXPECT_THAT(ann->Received(), ElementsAre(kSaid1, R"(2/chat,["news",1])"));
  const auto bob = Enter("bob", "tea", 1);
  EXPECT_THAT(bob->Received(), ElementsAre(R"(0/chat,{"sid":"b1"})", kWelcome, kSaid1));
  EXPECT_THAT(ann->Received(), IsEmpty());
}

TEST_F(GatewayRoomsTest, SendsTheRetainedMessageAfterTheConnectPacket) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Stream(Said("0", 1));
  Stream(Said("1", 2));
  const auto bob = Enter("bob", "tea", 0);
  EXPECT_THAT(bob->Received(), ElementsAre(R"(0/chat,{"sid":"a2"})", kSaid1, kWelcome));
  const auto cid = Enter("cid", "tea", 1);
  EXPECT_THAT(cid->Received(), ElementsAre(R"(0/chat,{"sid":"b1"})", kWelcome, kSaid1));
  const auto dan = Enter("dan", "tea", 1);
  EXPECT_THAT(dan->Received(), ElementsAre(R"(0/chat,{"sid":"b2"})", kSaid1, kWelcome));
}

TEST_F(GatewayRoomsTest, SendsNoRetainedMessageThatIsOlderThanTheNewcomersConnect) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Stream(Said("1", 4));
  for (const size_t shard : {0, 1}) {
    const auto newcomer = Enter("bob", "tea", shard, /*sequence=*/5);
    EXPECT_THAT(newcomer->Received(), ElementsAre(testing::StartsWith("0/chat,"), kWelcome));
    newcomer->Hangup();
    RunAll();
    Advance(options_.feed.linger);
  }
}

TEST_F(GatewayRoomsTest, SendsNoMessageThatIsOlderThanTheNewcomersConnect) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 0, /*sequence=*/5);
  const auto cid = Enter("cid", "tea", 1, /*sequence=*/6);
  bob->Received();
  cid->Received();
  const auto dan = Enter("dan", "tea", 0, /*sequence=*/9);
  dan->Hangup();
  RunAll();
  Stream(Said("4", 4));
  Stream(Said("5", 5));
  Stream(Said("6", 6));
  Stream(Said("3", 3));
  const auto said = [](std::string_view text) {
    return std::string(R"(2/chat,["said",{"echo":")").append(text).append(R"("}])");
  };
  EXPECT_THAT(ann->Received(), ElementsAre(said("4"), said("5"), said("6"), said("3")));
  EXPECT_THAT(bob->Received(), ElementsAre(said("5"), said("6"), said("3")));
  EXPECT_THAT(cid->Received(), ElementsAre(said("6"), said("3")));
}

TEST_F(GatewayRoomsTest, SendsARetainedMessageAsNewAsTheNewcomersConnectOnce) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Stream(Said("1", 5));
  const auto bob = Enter("bob", "tea", 0, /*sequence=*/5);
  EXPECT_THAT(bob->Received(), ElementsAre(R"(0/chat,{"sid":"a2"})", kSaid1, kWelcome));
  const auto cid = Enter("cid", "tea", 1, /*sequence=*/5);
  EXPECT_THAT(cid->Received(), ElementsAre(R"(0/chat,{"sid":"b1"})", kWelcome, kSaid1));
  EXPECT_THAT(ann->Received(), ElementsAre(kSaid1));
}

TEST_F(GatewayRoomsTest, SendsTheRetainedMessageToOneWhoMovesIn) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Stream(Said("1", 5));
  const auto bob = EnterQuietly("bob", "milk", 0);
  bob->Send(R"(2/chat,["move",{"from":"milk","to":"tea"}])");
  Answer("Move", chat::v1::MoveResponse());
  EXPECT_THAT(bob->Received(), testing::Contains(kSaid1));
}

TEST_F(GatewayRoomsTest, KeepsNoMessageOfAFeedThatDoesNotRetain) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  Stream(Said("1", 1), "Whisper");
  EXPECT_THAT(ann->Received(), ElementsAre(kSaid1));
  const auto again = Enter("ann", "milk", 0);
  EXPECT_THAT(again->Received(), ElementsAre(R"(0/chat,{"sid":"a2"})", kWelcome));
}

TEST_F(GatewayRoomsTest, ForgetsAMessageThatArrivesAfterTheLastMemberHasLeft) {
  const auto ann = EnterQuietly("ann", "tea", 0);
  ann->Send("1/chat,");
  Stream(Said("1", 1));
  EXPECT_THAT(ann->Received(), IsEmpty());
}

}  // namespace
}  // namespace caucus::edge::gateway
