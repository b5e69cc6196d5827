#include "edge/transcoding/event_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/feed_rule.h"
#include "edge/transcoding/http_route.h"
#include "edge/transcoding/namespace_rules.h"
#include "edge/transcoding/test_descriptors.h"
#include "edge/transcoding/unary_outcome.h"
#include "edge/transcoding/unary_rule.h"
#include "google/protobuf/dynamic_message.h"
#include "google/protobuf/text_format.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Message;
using google::protobuf::TextFormat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class EventTableTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto files = ReadDescriptorSet(kTestDescriptors);
    pool_ = MakePool(files);
    auto table = EventTable::Create(files);
    ASSERT_OK(table.status());
    table_ = *std::move(table);
    chat_ = table_->FindNamespace("/chat");
    ASSERT_NE(chat_, nullptr);
    (*claims_.mutable_fields())["sub"].set_string_value("u1");
    context_ = {.claims = &claims_,
                .socket_id = "s1",
                .edge_id = "e1",
                .address = "192.0.2.1",
                .auth = &auth_.get_object(),
                .query = &query_,
                .headers = &headers_};
  }

  std::unique_ptr<Message> New(const std::string& type_name) {
    const auto* type =
        pool_->FindMessageTypeByName("caucus.edge.transcoding.testdata." + type_name);
    return std::unique_ptr<Message>(factory_.GetPrototype(type)->New());
  }
  std::string Serialize(const std::string& type_name, const std::string& text) {
    const auto message = New(type_name);
    EXPECT_TRUE(TextFormat::ParseFromString(text, message.get()));
    return message->SerializeAsString();
  }
  std::string Show(const std::string& type_name, const std::string& bytes) {
    const auto message = New(type_name);
    EXPECT_TRUE(message->ParseFromString(bytes));
    return message->ShortDebugString();
  }
  // The request of an event with these arguments, a JSON array.
  absl::StatusOr<std::string> Encode(const UnaryRule& rule, const std::string& arguments) {
    const boost::json::value value = boost::json::parse(arguments);
    const boost::json::array& array = value.get_array();
    return rule.EncodeRequest(absl::MakeConstSpan(array.data(), array.size()), context_);
  }

  google::protobuf::DynamicMessageFactory factory_;
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<const EventTable> table_;
  const NamespaceRules* chat_ = nullptr;
  google::protobuf::Struct claims_;
  boost::json::value auth_ = boost::json::parse(R"({"room": "tea"})");
  absl::flat_hash_map<std::string, std::string> query_ = {{"room", "attic"}};
  std::vector<std::pair<std::string, std::string>> headers_ = {{"x-tenant", "acme"}};
  ConnectionContext context_;
};

TEST_F(EventTableTest, KnowsTheNamespace) {
  EXPECT_THAT(table_->namespaces(), SizeIs(1));
  EXPECT_EQ(chat_->auth, AuthMode::kOptional);
  EXPECT_EQ(chat_->sessions, SessionMode::kOnePerSubject);
  EXPECT_EQ(chat_->error_event, "oops");
  EXPECT_EQ(chat_->unauthenticated_message, "Who are you?");
  EXPECT_TRUE(chat_->reconnect_when_unavailable);
  EXPECT_EQ(table_->FindNamespace("/other"), nullptr);
  EXPECT_THAT(chat_->handshake_headers, ElementsAre("x-tenant", "accept-language"));
  EXPECT_THAT(table_->handshake_headers(), ElementsAre("accept-language", "x-tenant"));
  ASSERT_NE(chat_->FindEvent("say"), nullptr);
  EXPECT_EQ(chat_->FindEvent("say")->method(), "/caucus.edge.transcoding.testdata.ChatService/Say");
}

TEST_F(EventTableTest, BindsFieldsOfTheConnection) {
  ASSERT_OK_AND_ASSIGN(const std::string enter, Encode(*chat_->connect, "[]"));
  EXPECT_EQ(Show("EnterRequest", enter), R"(room: "tea" who { id: "u1" address: "192.0.2.1" })");
  ASSERT_OK_AND_ASSIGN(const std::string leave, Encode(*chat_->disconnect, "[]"));
  EXPECT_EQ(Show("LeaveRequest", leave), R"(room: "attic" tenant: "acme")");
}

TEST_F(EventTableTest, NeverReadsABoundFieldFromTheClient) {
  ASSERT_OK_AND_ASSIGN(
      const std::string enter,
      Encode(*chat_->connect, R"([{"room": "forged", "who": {"id": "forged", "name": "Ann"}}])"));
  EXPECT_EQ(Show("EnterRequest", enter),
            R"(room: "tea" who { id: "u1" address: "192.0.2.1" name: "Ann" })");
}

TEST_F(EventTableTest, ReadsPositionalArguments) {
  const UnaryRule& say = *chat_->FindEvent("say");
  ASSERT_OK_AND_ASSIGN(const std::string request, Encode(say, R"(["tea", "hi", "ignored"])"));
  EXPECT_EQ(Show("SayRequest", request), R"(room: "tea" text: "hi" author: "s1")");
  const auto failed = Encode(say, R"(["tea"])");
  EXPECT_THAT(
      ViolationsOf(failed.status()),
      ElementsAre(FieldViolation{"text", "text must be longer than or equal to 1 characters"},
                  FieldViolation{"text", "text must be a string"}));
}

TEST_F(EventTableTest, DecodesAnAckWithRoomsAndEmits) {
  const UnaryRule& say = *chat_->FindEvent("say");
  ASSERT_OK_AND_ASSIGN(const std::string request, Encode(say, R"(["tea", "hi"])"));
  const std::string response = Serialize("SayResponse", R"pb(
    said { author: "s1" text: "hi" number: 7 }
    tone: TONE_LOUD
    effects {
      effects {
        disconnect {
          target { room: "x" }
          close: true
        }
      }
    }
    nothing {}
  )pb");
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome, say.DecodeResponse(request, response, context_));
  const std::string whole =
      R"({"said":{"author":"s1","text":"hi","number":7},"tone":"TONE_LOUD","nothing":{},"tags":[]})";
  EXPECT_EQ(outcome.ack.json, "[" + whole + "]");
  EXPECT_THAT(outcome.join, ElementsAre("tea:7:TONE_LOUD"));
  EXPECT_THAT(outcome.leave, ElementsAre("lobby"));
  ASSERT_THAT(outcome.effects.effects(), SizeIs(1));
  EXPECT_TRUE(outcome.effects.effects(0).disconnect().close());

  ASSERT_THAT(outcome.emits, SizeIs(5));
  EXPECT_EQ(outcome.emits[0].event, "said");
  EXPECT_EQ(outcome.emits[0].target, EmitAction::Target::kRoom);
  EXPECT_EQ(outcome.emits[0].room, "tea");
  EXPECT_TRUE(outcome.emits[0].except_sender);
  EXPECT_EQ(outcome.emits[0].arguments.json, R"([{"author":"s1","text":"hi","number":7}])");
  EXPECT_EQ(outcome.emits[1].target, EmitAction::Target::kNamespace);
  EXPECT_EQ(outcome.emits[1].arguments.json, "[7]");
  EXPECT_EQ(outcome.emits[2].target, EmitAction::Target::kSender);
  EXPECT_EQ(outcome.emits[2].arguments.json, "");
  EXPECT_EQ(outcome.emits[3].room, "user:s1");
  EXPECT_EQ(outcome.emits[3].arguments.json, "[" + whole + "]");
  EXPECT_EQ(outcome.emits[4].arguments.json, "");
}

TEST_F(EventTableTest, FailsRatherThanJoinARoomWithAnEmptyPart) {
  claims_.clear_fields();
  ASSERT_OK_AND_ASSIGN(const std::string request, Encode(*chat_->connect, "[]"));
  EXPECT_THAT(chat_->connect->DecodeResponse(request, "", context_),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("{claims.sub}")));
}

TEST_F(EventTableTest, ReportsWhatAFeedResumesFrom) {
  ASSERT_OK_AND_ASSIGN(const std::string request, Encode(*chat_->connect, "[]"));
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome,
                       chat_->connect->DecodeResponse(
                           request, Serialize("EnterResponse", "sequence: 12"), context_));
  EXPECT_THAT(outcome.join, ElementsAre("chat:tea", "user:u1"));
  EXPECT_EQ(outcome.Number("sequence"), 12);
  EXPECT_EQ(outcome.Number("revision"), std::nullopt);
}

TEST_F(EventTableTest, AcksEmptyWithoutAnArgument) {
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome,
                       chat_->FindEvent("ping")->DecodeResponse("", "", context_));
  EXPECT_EQ(outcome.ack.json, "");
}

TEST_F(EventTableTest, MakesAttachmentsOfBytes) {
  const UnaryRule& draw = *chat_->FindEvent("draw");
  const auto decode = [&](const std::string& text) {
    return draw.DecodeResponse("", Serialize("DrawResponse", text), context_);
  };
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome,
                       decode(R"pb(picture: "AB" layers: "" layers: "C")pb"));
  EXPECT_EQ(outcome.ack.json, R"([{"picture":{"_placeholder":true,"num":0},"layers":[)"
                              R"({"_placeholder":true,"num":1},{"_placeholder":true,"num":2}]}])");
  EXPECT_THAT(outcome.ack.attachments, ElementsAre("AB", "", "C"));
  EXPECT_EQ(outcome.emits[0].arguments.json, R"([{"_placeholder":true,"num":0}])");
  EXPECT_THAT(outcome.emits[0].arguments.attachments, ElementsAre("AB"));
  EXPECT_EQ(outcome.emits[1].arguments.json, outcome.ack.json);
  std::string layers;
  for (int i = 0; i < 9; ++i) layers.append(R"( layers: "x")");
  EXPECT_OK(decode(layers).status());
  EXPECT_THAT(decode(layers + R"( layers: "x")"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("more than 10 bytes values")));
  ASSERT_OK_AND_ASSIGN(const std::string body,
                       table_->FindHttp("POST", "/draw")
                           ->EncodeResponse(Serialize("DrawResponse", R"pb(picture: "AB")pb")));
  EXPECT_EQ(body, R"({"picture":"QUI=","layers":[]})");
}

TEST_F(EventTableTest, LeavesWhatNobodyElseNamesToTheRawMethod) {
  ASSERT_NE(chat_->FindEvent("shout"), nullptr);
  EXPECT_EQ(chat_->FindEvent("shout")->method(),
            "/caucus.edge.transcoding.testdata.ChatService/Other");
  EXPECT_EQ(chat_->FindEvent("*"), chat_->FindEvent("shout"));
  EXPECT_TRUE(chat_->FindEvent("shout")->is_raw());
  EXPECT_TRUE(chat_->FindEvent("named")->is_raw());
  EXPECT_FALSE(chat_->FindEvent("say")->is_raw());
  EXPECT_TRUE(chat_->has_raw_methods);
}

TEST_F(EventTableTest, DecodesRawReplies) {
  const UnaryRule& other = *chat_->FindEvent("shout");
  socketio::v1::RawReply reply;
  const auto decode = [&] { return other.DecodeResponse("", reply.SerializeAsString(), context_); };
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome empty, decode());
  EXPECT_EQ(empty.ack.json, "");
  reply.mutable_ack()->set_json(R"( [1.50,{"_placeholder":true,"num":0}])");
  reply.mutable_ack()->add_attachments("AB");
  reply.mutable_effects()->add_effects()->mutable_disconnect();
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome, decode());
  EXPECT_EQ(outcome.ack.json, R"([1.50,{"_placeholder":true,"num":0}])");
  EXPECT_THAT(outcome.ack.attachments, ElementsAre("AB"));
  EXPECT_THAT(outcome.effects.effects(), SizeIs(1));
  reply.mutable_ack()->set_json("{}");
  EXPECT_THAT(decode(), StatusIs(absl::StatusCode::kInternal, HasSubstr("no JSON array")));
  EXPECT_THAT(other.DecodeResponse("", "\xFF", context_), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(EventTableTest, ExpandsTheTemplatesOfARawMethod) {
  const UnaryRule& named = *chat_->FindEvent("named");
  socketio::v1::RawEvent event;
  event.set_namespace_("/chat");
  event.set_socket_id("s1");
  socketio::v1::RawReply reply;
  reply.mutable_ack()->set_json("[7]");
  ASSERT_OK_AND_ASSIGN(
      const UnaryOutcome outcome,
      named.DecodeResponse(event.SerializeAsString(), reply.SerializeAsString(), context_));
  EXPECT_THAT(outcome.join, ElementsAre("/chat-s1"));
  EXPECT_EQ(outcome.emits[0].arguments.json, R"(["[7]"])");
  EXPECT_EQ(outcome.ack.json, "[7]");
}

TEST_F(EventTableTest, RefusesGarbageFromTheBackend) {
  EXPECT_THAT(chat_->FindEvent("say")->DecodeResponse("", "\xFF", context_),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(chat_->feeds[0]->DecodeMessage("\xFF"), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(EventTableTest, OpensFeedsForTheirRooms) {
  ASSERT_THAT(chat_->feeds, SizeIs(2));
  const FeedRule& listen = *chat_->feeds[0];
  EXPECT_EQ(listen.method(), "/caucus.edge.transcoding.testdata.ChatService/Listen");
  EXPECT_TRUE(listen.retain());
  EXPECT_EQ(listen.resume_field(), "sequence");
  EXPECT_EQ(listen.MatchRoom("user:u1"), std::nullopt);
  const auto captures = listen.MatchRoom("chat:tea/b");
  ASSERT_TRUE(captures.has_value());
  EXPECT_EQ(Show("ListenRequest", listen.EncodeRequest(*captures, 0)), R"(room: "tea" part: "b")");
  EXPECT_EQ(Show("ListenRequest", listen.EncodeRequest(*captures, 5)),
            R"(room: "tea" part: "b" sequence: 5)");
}

TEST_F(EventTableTest, PutsTheNameOfAnEnumsValueIntoTheRequest) {
  const FeedRule& follow = *chat_->feeds[1];
  const auto captures = follow.MatchRoom("tea:TONE_LOUD");
  ASSERT_TRUE(captures.has_value());
  EXPECT_EQ(Show("FollowRequest", follow.EncodeRequest(*captures, 5)),
            R"(room: "tea" tone: TONE_LOUD sequence: 5)");
}

TEST_F(EventTableTest, TellsStatesFromChanges) {
  const FeedRule& follow = *chat_->feeds[1];
  EXPECT_TRUE(follow.has_changes());
  const auto decode = [&](const std::string& text) {
    return follow.DecodeMessage(Serialize("FollowResponse", text));
  };
  ASSERT_OK_AND_ASSIGN(const FeedMessage state, decode("said {} sequence: 1"));
  EXPECT_TRUE(state.is_state);
  EXPECT_FALSE(state.is_repeat);
  ASSERT_OK_AND_ASSIGN(const FeedMessage repeat, decode("said {} sequence: 1 again: true"));
  EXPECT_TRUE(repeat.is_state);
  EXPECT_TRUE(repeat.is_repeat);
  ASSERT_OK_AND_ASSIGN(const FeedMessage change, decode(R"pb(added: "x" again: true)pb"));
  EXPECT_FALSE(change.is_state);
  EXPECT_FALSE(change.is_repeat);
  const FeedRule& listen = *chat_->feeds[0];
  EXPECT_FALSE(listen.has_changes());
  ASSERT_OK_AND_ASSIGN(const FeedMessage newest,
                       listen.DecodeMessage(Serialize("ListenResponse", "head_count: 1")));
  EXPECT_TRUE(newest.is_state);
}

TEST_F(EventTableTest, MakesTheRequestOfAHeartbeat) {
  ASSERT_NE(chat_->heartbeat, nullptr);
  EXPECT_EQ(chat_->heartbeat->method(), "/caucus.edge.transcoding.testdata.ChatService/Beat");
  ASSERT_OK_AND_ASSIGN(const std::string request,
                       chat_->heartbeat->EncodeRequest({}, {.edge_id = "e1"}));
  EXPECT_EQ(Show("BeatRequest", request), R"(edge_id: "e1")");
  ASSERT_OK_AND_ASSIGN(const UnaryOutcome outcome,
                       chat_->heartbeat->DecodeResponse(
                           "", Serialize("LeaveResponse", "effects { effects { disconnect {} } }"),
                           {.edge_id = "e1"}));
  EXPECT_THAT(outcome.effects.effects(), SizeIs(1));
}

TEST_F(EventTableTest, DecodesStreamedMessages) {
  const FeedRule& listen = *chat_->feeds[0];
  const auto decode = [&](const std::string& text) {
    return listen.DecodeMessage(Serialize("ListenResponse", text));
  };
  ASSERT_OK_AND_ASSIGN(const FeedMessage said, decode(R"pb(said { text: "hi" }
                                                           sequence: 9)pb"));
  EXPECT_EQ(said.event, "said");
  EXPECT_EQ(said.arguments.json, R"([{"author":"","text":"hi","number":0}])");
  EXPECT_EQ(said.resume_value, 9);
  EXPECT_THAT(said.effects.effects(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const FeedMessage closed, decode("room_closed {}"));
  EXPECT_EQ(closed.event, "room_closed");
  EXPECT_EQ(closed.arguments.json, "");
  ASSERT_OK_AND_ASSIGN(const FeedMessage count, decode("head_count: 0"));
  EXPECT_EQ(count.event, "headCount");
  EXPECT_EQ(count.arguments.json, "[0]");
  ASSERT_OK_AND_ASSIGN(const FeedMessage effects, decode(R"pb(effects {
                                                                effects {
                                                                  join {
                                                                    target { room: "a" }
                                                                    room: "b"
                                                                  }
                                                                }
                                                              })pb"));
  EXPECT_EQ(effects.event, "");
  EXPECT_THAT(effects.effects.effects(), SizeIs(1));
}

TEST_F(EventTableTest, ServesHttp) {
  EXPECT_THAT(table_->http_routes(), SizeIs(3));
  EXPECT_EQ(table_->FindHttp("POST", "/ping"), nullptr);
  const HttpRoute* ping = table_->FindHttp("GET", "/ping");
  ASSERT_NE(ping, nullptr);
  EXPECT_EQ(ping->status(), 204u);
  EXPECT_EQ(ping->method(), "/caucus.edge.transcoding.testdata.ChatService/Ping");
}

TEST_F(EventTableTest, ReadsStringFieldsFromTheQuery) {
  const HttpRoute* find = table_->FindHttp("GET", "/find");
  ASSERT_NE(find, nullptr);
  EXPECT_EQ(find->status(), 200u);
  ASSERT_OK_AND_ASSIGN(
      const std::string request,
      find->EncodeRequest(nullptr,
                          {{"roomName", "tea"}, {"text", "5"}, {"limit", "10"}, {"other", "x"}}));
  EXPECT_EQ(Show("FindRequest", request), R"(room_name: "tea" text: "5")");
  ASSERT_OK_AND_ASSIGN(
      const std::string body,
      find->EncodeResponse(Serialize("FindResponse", R"pb(texts: "a" texts: "b")pb")));
  EXPECT_EQ(body, R"(["a","b"])");
}

}  // namespace
}  // namespace caucus::edge::transcoding
