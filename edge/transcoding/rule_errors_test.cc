// Every way in which a rule can be wrong: one change to the good rules of testdata/chat.proto each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "caucus/socketio/v1/annotations.pb.h"
#include "common/testing/status_matchers.h"
#include "edge/transcoding/event_table.h"
#include "edge/transcoding/test_descriptors.h"
#include "google/protobuf/descriptor.pb.h"
#include "google/protobuf/text_format.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FileDescriptorProto;
using google::protobuf::FileDescriptorSet;
using google::protobuf::MethodDescriptorProto;
using google::protobuf::TextFormat;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

FileDescriptorProto& Chat(FileDescriptorSet& files) {
  for (FileDescriptorProto& file : *files.mutable_file()) {
    if (file.name() == "chat.proto") return file;
  }
  ADD_FAILURE() << "no chat.proto";
  return *files.add_file();
}

MethodDescriptorProto& Method(FileDescriptorProto& chat, const std::string& name) {
  for (MethodDescriptorProto& method : *chat.mutable_service(0)->mutable_method()) {
    if (method.name() == name) return method;
  }
  ADD_FAILURE() << "no method " << name;
  return *chat.mutable_service(0)->add_method();
}

google::protobuf::DescriptorProto& MessageProto(FileDescriptorProto& chat,
                                                const std::string& name) {
  for (auto& message : *chat.mutable_message_type()) {
    if (message.name() == name) return message;
  }
  ADD_FAILURE() << "no message " << name;
  return *chat.add_message_type();
}

// One wrong rule and what the edge says of it.
struct Mistake {
  std::string name;
  std::function<void(FileDescriptorProto&)> make;
  std::string message;
  // The file, method and rule that the message begins with.
  std::string where = "chat.proto: ";
};

constexpr char kService[] = "chat.proto: caucus.edge.transcoding.testdata.ChatService";

// Makes mistakes by giving a method a rule in text form, in place of its own.
Mistake Event(const std::string& name, const std::string& method, const std::string& rule,
              const std::string& message) {
  return {name,
          [=](FileDescriptorProto& chat) {
            auto* options = Method(chat, method).mutable_options();
            EXPECT_TRUE(
                TextFormat::ParseFromString(rule, options->MutableExtension(socketio::v1::event)));
          },
          message, std::string(kService) + "." + method + ": event: "};
}
Mistake Feed(const std::string& name, const std::string& method, const std::string& rule,
             const std::string& message) {
  return {name,
          [=](FileDescriptorProto& chat) {
            auto* options = Method(chat, method).mutable_options();
            EXPECT_TRUE(
                TextFormat::ParseFromString(rule, options->MutableExtension(socketio::v1::feed)));
          },
          message, std::string(kService) + "." + method + ": feed: "};
}
Mistake Http(const std::string& name, const std::string& method, const std::string& rule,
             const std::string& message) {
  return {name,
          [=](FileDescriptorProto& chat) {
            auto* options = Method(chat, method).mutable_options();
            EXPECT_TRUE(
                TextFormat::ParseFromString(rule, options->MutableExtension(socketio::v1::http)));
          },
          message, std::string(kService) + "." + method + ": http: "};
}
// Changes the namespace's rule by merging text into it.
Mistake Namespace(const std::string& name, const std::string& rule, const std::string& message) {
  return {name,
          [=](FileDescriptorProto& chat) {
            auto* options = chat.mutable_service(0)->mutable_options();
            EXPECT_TRUE(TextFormat::MergeFromString(
                rule, options->MutableExtension(socketio::v1::namespace_)));
          },
          message, std::string(kService) + ": namespace: "};
}
// Gives a field a rule.
Mistake Field(const std::string& name, const std::string& message_type, int field,
              const std::string& rule, const std::string& message) {
  return {name,
          [=](FileDescriptorProto& chat) {
            auto* options =
                MessageProto(chat, message_type).mutable_field(field)->mutable_options();
            EXPECT_TRUE(
                TextFormat::ParseFromString(rule, options->MutableExtension(socketio::v1::field)));
          },
          message};
}

class RuleErrorsTest : public testing::TestWithParam<Mistake> {};

TEST_P(RuleErrorsTest, AreNamedAtTheStart) {
  FileDescriptorSet files = ReadDescriptorSet(kTestDescriptors);
  GetParam().make(Chat(files));
  EXPECT_THAT(EventTable::Create(files),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith(GetParam().where), HasSubstr(GetParam().message))));
}

std::string NameOf(const testing::TestParamInfo<Mistake>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(
    Event, RuleErrorsTest,
    testing::Values(
        Event("UnknownBindField", "Ping", R"(event: "p" bind { field: "x" from: "socket.id" })",
              R"(bind "x": field path "x": google.protobuf.Empty has no field "x")"),
        Event("UnknownNestedBindField", "Enter",
              R"(event: "p" bind { field: "who.x" from: "socket.id" })", R"(has no field "x")"),
        Event("BindFieldThroughScalar", "Enter",
              R"(event: "p" bind { field: "room.x" from: "socket.id" })", "is no message"),
        Event("BindFieldNotString", "Say", R"(event: "p" bind { field: "loud" from: "socket.id" })",
              R"(bind "loud": is no string field)"),
        Event("BoundTwice", "Say",
              R"(event: "p" bind { field: "room" from: "socket.id" }
                 bind { field: "room" from: "edge.id" })",
              R"(bind "room": is bound twice)"),
        Event("UnknownBindSource", "Say", R"(event: "p" bind { field: "room" from: "cookie" })",
              R"(bind "room": from "cookie" is none of claims.<name>)"),
        Event("AnyEventForATypedMethod", "Ping", R"(event: "*")",
              R"(event "*" is for raw methods only)"),
        Event("AnyEventTaken", "Named", R"(event: "*")", R"(event "*" has a method already)"),
        Event("RawWithArgs", "Named", R"(event: "p" args: "event")",
              "args: a raw method gets every argument"),
        Event("RawWithBind", "Named", R"(event: "p" bind { field: "event" from: "socket.id" })",
              "bind: a raw method has nothing to bind"),
        Event("RawTemplate", "Named", R"(event: "p" join: "{request.arguments}")",
              "arguments is no string, integer or enum"),
        Mistake{"RawRequestOnly",
                [](FileDescriptorProto& chat) {
                  Method(chat, "Named")
                      .set_output_type(".caucus.edge.transcoding.testdata.SayResponse");
                },
                "ChatService.Named: event: a raw method takes caucus.socketio.v1.RawEvent and"},
        Mistake{
            "RawReplyOnly",
            [](FileDescriptorProto& chat) {
              Method(chat, "Named").set_input_type(".caucus.edge.transcoding.testdata.SayRequest");
            },
            "ChatService.Named: event: a raw method takes caucus.socketio.v1.RawEvent and"},
        Event("BindOfAHeaderNobodyNames", "Say",
              R"(event: "p" bind { field: "room" from: "handshake.headers.cookie" })",
              R"(from "handshake.headers.cookie" is none of the namespace's handshake_headers)"),
        Event("BindOfAHeaderInCapitals", "Say",
              R"(event: "p" bind { field: "room" from: "handshake.headers.X-Tenant" })",
              R"(bind "room": from "handshake.headers.X-Tenant" is none of)"),
        Event("EventTaken", "Ping", R"(event: "say")", R"(event "say" has a method already)"),
        Event("EventReserved", "Ping", R"(event: "disconnect")", "Socket.IO keeps for itself"),
        Event("LifecycleTwice", "Ping", "lifecycle: CONNECT",
              "lifecycle CONNECT has a method already"),
        Event("EventAndLifecycle", "Ping", R"(event: "p" lifecycle: CONNECT)",
              "both event and lifecycle are set"),
        Event("NeitherEventNorLifecycle", "Ping", R"(join: "a")",
              "neither event nor lifecycle is set"),
        Event("OnAStream", "Upload", R"(event: "up")", "the method is a stream"),
        Event("BesideAFeed", "Listen", R"(event: "up")", "the method is a feed as well"),
        Event("LifecycleWithArgs", "Enter", R"(lifecycle: CONNECT args: "room")",
              "a lifecycle has no arguments"),
        Event("DisconnectWithJoin", "Leave", R"(lifecycle: DISCONNECT join: "a")",
              "of the response to DISCONNECT only effects are used"),
        Event("HeartbeatWithJoin", "Beat", R"(lifecycle: HEARTBEAT join: "a")",
              "of the response to HEARTBEAT only effects are used: join, leave and emit have no "
              "effect"),
        Event("HeartbeatWithLeave", "Beat", R"(lifecycle: HEARTBEAT leave: "a")",
              "of the response to HEARTBEAT only effects are used"),
        Event("HeartbeatWithEmit", "Beat", R"(lifecycle: HEARTBEAT emit { event: "e" })",
              "of the response to HEARTBEAT only effects are used"),
        Event("HeartbeatWithArgs", "Beat", R"(lifecycle: HEARTBEAT args: "name")",
              "a lifecycle has no arguments"),
        Event("HeartbeatWithEvent", "Beat", R"(lifecycle: HEARTBEAT event: "beat")",
              "both event and lifecycle are set"),
        Event("HeartbeatOfAClient", "Beat",
              R"(lifecycle: HEARTBEAT bind { field: "name" from: "socket.id" })",
              R"(bind "name": from "socket.id" is of a client, which HEARTBEAT has not: it has )"
              "edge.id"),
        Event("HeartbeatOfAToken", "Beat",
              R"(lifecycle: HEARTBEAT bind { field: "name" from: "claims.sub" })",
              R"(bind "name": from "claims.sub" is of a client)"),
        Event("HeartbeatOfARawMethod", "Named", "lifecycle: HEARTBEAT",
              "HEARTBEAT is of no client: a raw method is"),
        Mistake{"HeartbeatTwice",
                [](FileDescriptorProto& chat) {
                  auto* options = Method(chat, "Ping").mutable_options();
                  EXPECT_TRUE(TextFormat::ParseFromString(
                      "lifecycle: HEARTBEAT", options->MutableExtension(socketio::v1::event)));
                },
                "Beat: event: lifecycle HEARTBEAT has a method already: "
                "/caucus.edge.transcoding.testdata.ChatService/Ping"},
        Event("HeartbeatOnAStream", "Upload", "lifecycle: HEARTBEAT", "the method is a stream"),
        Mistake{"UnknownLifecycle",
                [](FileDescriptorProto& chat) {
                  Method(chat, "Beat")
                      .mutable_options()
                      ->MutableExtension(socketio::v1::event)
                      ->set_lifecycle(static_cast<socketio::v1::EventRule::Lifecycle>(99));
                },
                "Beat: event: lifecycle is none that is known"},
        Event("UnknownArgument", "Say", R"(event: "p" args: "x")", R"(args "x": )"),
        Event("ArgumentTwice", "Say", R"(event: "p" args: "room" args: "room")",
              R"(args "room": is named twice)"),
        Event("BoundArgument", "Say",
              R"(event: "p" args: "room" bind { field: "room" from: "socket.id" })",
              R"(args "room": is a bound field)"),
        Event("UnknownTemplateRoot", "Say", R"(event: "p" join: "{handshake.auth.room}")",
              R"(template "{handshake.auth.room}": )"),
        Event("UnknownTemplateField", "Say", R"(event: "p" join: "{request.x}")",
              R"(has no field "x")"),
        Event("TemplateOverMessage", "Say", R"(event: "p" leave: "{response.said}")",
              "said is no string, integer or enum"),
        Event("TemplateOverBool", "Say", R"(event: "p" join: "{request.loud}")",
              "loud is no string, integer or enum"),
        Event("TemplateOverRepeated", "Say", R"(event: "p" join: "{response.tags}")",
              "tags is repeated"),
        Event("EmptyTemplate", "Say", R"(event: "p" join: "")", R"(template "": is empty)"),
        Event("OpenBrace", "Say", R"(event: "p" join: "a{b")", "braces do not match"),
        Event("EmitReserved", "Say", R"(event: "p" emit { event: "connect" })",
              "Socket.IO keeps for itself"),
        Event("EmitUnnamed", "Say", R"(event: "p" emit { to: "*" })", "name is empty"),
        Event("EmitTo", "Say", R"(event: "p" emit { event: "e" to: "{x}" })", R"(template "{x}")"),
        Event("EmitToNobody", "Say", R"(event: "p" emit { event: "e" except_sender: true })",
              "to the sender, except the sender"),
        Event("EmitPayloadRoot", "Say", R"(event: "p" emit { event: "e" payload: "request" })",
              R"(emit payload "request": is not `response`)"),
        Event("EmitPayloadUnknown", "Say",
              R"(event: "p" emit { event: "e" payload: "response.said.x" })",
              R"(has no field "x")"),
        Event("EmitEffects", "Say", R"(event: "p" emit { event: "e" payload: "response.effects" })",
              "effects are not for clients")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Feed, RuleErrorsTest,
    testing::Values(
        Feed("OnUnary", "Find", R"(room: "{text}")", "a method that streams responses only"),
        Feed("OnUpload", "Upload", R"(room: "{text}")", "a method that streams responses only"),
        Feed("NoRoom", "Listen", "", "is empty"),
        Feed("OtherRoot", "Listen", R"(room: "{claims.sub}")", "no top-level string or enum field"),
        Feed("NestedField", "Listen", R"(room: "{request.room}")",
             "no top-level string or enum field"),
        Feed("IntegerField", "Listen", R"(room: "{sequence}")",
             "no top-level string or enum field"),
        Feed("RepeatedField", "Listen", R"(room: "{tags}")", "no top-level string or enum field"),
        Feed("AdjacentParts", "Listen", R"(room: "{room}{part}")", "not divided by text"),
        Feed("PartTwice", "Listen", R"(room: "{room}-{room}")", "stands twice"),
        Feed("ResumeUnknown", "Listen", R"(room: "{room}" resume: "x")",
             R"(resume "x": caucus.edge.transcoding.testdata.ListenRequest has no)"),
        Feed("ResumeNoInteger", "Listen", R"(room: "{room}" resume: "part")", R"(resume "part")"),
        Feed("RepeatedEnum", "Follow", R"(room: "{tones}")",
             R"(room "{tones}": {tones} is no top-level string or enum field of )"),
        Feed("StateUnknown", "Follow", R"(room: "{room}" retain: true state: "x")",
             R"(state "x": is no field of the oneof of )"
             "caucus.edge.transcoding.testdata.FollowResponse"),
        Feed("StateOutsideTheOneof", "Follow", R"(room: "{room}" retain: true state: "again")",
             R"(state "again": is no field of the oneof of )"),
        Feed("StateNotRetained", "Follow", R"(room: "{room}" state: "said")",
             R"(state "said": needs retain)"),
        Feed("RepeatUnknown", "Follow", R"(room: "{room}" retain: true state: "said" repeat: "x")",
             R"(repeat "x": caucus.edge.transcoding.testdata.FollowResponse has no top-level bool )"
             "field of it"),
        Feed("RepeatNoBool", "Follow",
             R"(room: "{room}" retain: true state: "said" repeat: "sequence")",
             R"(repeat "sequence": )"),
        Feed("RepeatOfMany", "Follow",
             R"(room: "{room}" retain: true state: "said" repeat: "flags")", R"(repeat "flags": )"),
        Feed("RepeatWithoutState", "Follow", R"(room: "{room}" retain: true repeat: "again")",
             R"(repeat "again": needs state)"),
        Mistake{"ResumeMissingInResponse",
                [](FileDescriptorProto& chat) {
                  MessageProto(chat, "ListenResponse").mutable_field(3)->set_name("other");
                },
                "ListenResponse has no top-level integer field"},
        Mistake{"NoOneof",
                [](FileDescriptorProto& chat) {
                  Method(chat, "Listen")
                      .set_output_type(".caucus.edge.transcoding.testdata.EnterResponse");
                },
                "Listen: feed: caucus.edge.transcoding.testdata.EnterResponse has not exactly one"},
        Mistake{"ReservedEvent",
                [](FileDescriptorProto& chat) {
                  MessageProto(chat, "ListenResponse").mutable_field(0)->set_json_name("connect");
                },
                "Socket.IO keeps for itself"},
        Mistake{"EffectsInOneof",
                [](FileDescriptorProto& chat) {
                  auto* field = MessageProto(chat, "ListenResponse").mutable_field(2);
                  field->set_type(google::protobuf::FieldDescriptorProto::TYPE_MESSAGE);
                  field->set_type_name(".caucus.socketio.v1.Effects");
                },
                "stands alone, once"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Http, RuleErrorsTest,
    testing::Values(Http("PathTaken", "Find", R"(get: "/ping")", "GET /ping has a method already"),
                    Http("OnARawMethod", "Named", R"(get: "/raw")", "the method is raw"),
                    Http("OnAStream", "Listen", R"(get: "/l")", "only a unary method"),
                    Http("NoPattern", "Find", "status: 200", "neither get nor post is set"),
                    Http("RelativePath", "Find", R"(get: "find")", R"(path "find")"),
                    Http("PathWithParameter", "Find", R"(get: "/find/{id}")", "no plain path"),
                    Http("PathWithQuery", "Find", R"(post: "/find?a")", "no plain path"),
                    Http("FailingStatus", "Find", R"(get: "/find" status: 404)", "status 404"),
                    Http("UnknownBody", "Find", R"(get: "/find" response_body: "x")",
                         R"(response_body "x")")),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Namespace, RuleErrorsTest,
    testing::Values(Namespace("NoSlash", R"(path: "chat")", "path does not begin with a slash"),
                    Namespace("Comma", R"(path: "/a,b")", "path has a comma"),
                    Namespace("LongPath", "path: \"/" + std::string(128, 'x') + "\"",
                              "more than 128 characters"),
                    Namespace("SessionsWithoutAuth", "auth: NONE", "needs auth"),
                    Namespace("HeaderTwice", R"(handshake_headers: "ACCEPT-language")",
                              R"(handshake_headers "ACCEPT-language" is named twice)"),
                    Namespace("HeaderUnnamed", R"(handshake_headers: "")",
                              R"(handshake_headers "" is no header's name)"),
                    Namespace("HeaderWithColon", R"(handshake_headers: "a: b")",
                              R"(handshake_headers "a: b" is no header's name)"),
                    Mistake{"SeventeenHeaders",
                            [](FileDescriptorProto& chat) {
                              auto* rule =
                                  chat.mutable_service(0)->mutable_options()->MutableExtension(
                                      socketio::v1::namespace_);
                              while (rule->handshake_headers_size() < 17) {
                                rule->add_handshake_headers(
                                    "x-" + std::to_string(rule->handshake_headers_size()));
                              }
                            },
                            "ChatService: namespace: handshake_headers has more than 16 names"},
                    Namespace("ReservedErrorEvent", R"(error_event: "connect_error")",
                              "Socket.IO keeps for itself"),
                    Mistake{"Missing",
                            [](FileDescriptorProto& chat) {
                              chat.mutable_service(0)->mutable_options()->ClearExtension(
                                  socketio::v1::namespace_);
                            },
                            "ChatService.Enter: event: the service has no namespace"},
                    Mistake{"PathTaken",
                            [](FileDescriptorProto& chat) {
                              auto* other = chat.add_service();
                              other->set_name("OtherService");
                              *other->mutable_options() = chat.service(0).options();
                            },
                            R"(OtherService: namespace: path "/chat" has a backend already)"}),
    NameOf);

INSTANTIATE_TEST_SUITE_P(
    Field, RuleErrorsTest,
    testing::Values(Field("StringRuleOnBool", "SayRequest", 3, "string { min_length: 1 }",
                          "SayRequest.loud: a string rule is for string fields"),
                    Field("IntegerRuleOnString", "SayRequest", 0, "integer { max: 1 }",
                          "SayRequest.room: an integer rule is for integer fields"),
                    Field("ItemsRuleOnSingular", "SayRequest", 0, "items { max_items: 1 }",
                          "SayRequest.room: an items rule is for repeated fields"),
                    Field("MinAboveMax", "SayRequest", 0, "string { min_length: 2 max_length: 1 }",
                          "min_length is greater than max_length")),
    NameOf);

TEST(DescriptorSetTest, MayHoldAFileTwice) {
  FileDescriptorSet files = ReadDescriptorSet(kTestDescriptors);
  files.MergeFrom(FileDescriptorSet(files));
  EXPECT_OK(EventTable::Create(files).status());
}

TEST(DescriptorSetTest, MustHoldEveryImport) {
  FileDescriptorSet files = ReadDescriptorSet(kTestDescriptors);
  files.mutable_file()->DeleteSubrange(0, 1);
  EXPECT_THAT(EventTable::Create(files),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("descriptor set: ")));
}

}  // namespace
}  // namespace caucus::edge::transcoding
