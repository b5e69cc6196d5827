// A Socket.IO event, or a moment of a connection's life, as calls of a unary method.

#ifndef EDGE_TRANSCODING_UNARY_RULE_H_
#define EDGE_TRANSCODING_UNARY_RULE_H_

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "caucus/socketio/v1/event_rule.pb.h"
#include "edge/transcoding/connection_context.h"
#include "edge/transcoding/context_value.h"
#include "edge/transcoding/field_chain.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/request_reader.h"
#include "edge/transcoding/room_template.h"
#include "edge/transcoding/unary_outcome.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// A method's EventRule, resolved. Immutable. What `types` has given must outlive it.
class UnaryRule {
 public:
  // `numbers` are the names of response fields to report in UnaryOutcome::numbers; the response
  // need not have them.
  //   kInvalidArgument    the rule is wrong; the message says where, without naming the method.
  static absl::StatusOr<std::unique_ptr<const UnaryRule>> Create(
      const google::protobuf::MethodDescriptor& method,
      const ::caucus::socketio::v1::EventRule& rule, const std::vector<std::string>& numbers,
      MessageTypes& types);

  // As gRPC calls it: "/chat.v1.ChatService/Say".
  const std::string& method() const { return method_; }

  // Whether the request is a RawEvent, which EncodeRawEvent makes.
  bool is_raw() const { return is_raw_; }

  // Whether DecodeResponse looks at the request; if not, it may be given an empty one.
  bool reads_request() const { return reads_request_; }

  // Returns the serialized request for an event's arguments, the event's name not among them.
  // REQUIRES: !is_raw().
  //   kInvalidArgument    a field rule is violated, with google.rpc.BadRequest details.
  absl::StatusOr<std::string> EncodeRequest(absl::Span<const boost::json::value> args,
                                            const ConnectionContext& context) const;

  // Returns what is to be done with a successful response to `request`, both serialized.
  //   kInternal    a message is malformed, a part of a room's name is empty, or something is not
  //                fit for a client.
  absl::StatusOr<UnaryOutcome> DecodeResponse(std::string_view request, std::string_view response,
                                              const ConnectionContext& context) const;

 private:
  struct Binding {
    FieldChain field;
    ContextValue value;
  };
  struct Emit {
    EmitAction action;                 // without room and payload
    std::optional<RoomTemplate> room;  // of kRoom
    bool whole_response = false;       // the payload is the response
    const FieldType* payload = nullptr;
    std::optional<FieldChain> payload_chain;  // beside `payload`
  };
  struct Number {
    std::string name;
    const google::protobuf::FieldDescriptor* field;
  };

  UnaryRule() = default;

  absl::Status AddBindings(const ::caucus::socketio::v1::EventRule& rule);
  absl::Status AddArguments(const ::caucus::socketio::v1::EventRule& rule);
  absl::Status AddRooms(const ::caucus::socketio::v1::EventRule& rule,
                        const google::protobuf::MethodDescriptor& method);
  absl::Status AddEmit(const ::caucus::socketio::v1::EventRule::Emit& rule,
                       const google::protobuf::MethodDescriptor& method, MessageTypes& types);
  absl::Status AddPayload(const std::string& path, MessageTypes& types, Emit& emit);
  absl::StatusOr<std::vector<std::string>> Expand(const std::vector<RoomTemplate>& rooms,
                                                  const RoomTemplate::Values& values) const;
  absl::StatusOr<EmitAction> DecodeEmit(const Emit& emit, const RoomTemplate::Values& values) const;
  // Writes the response as the ack, and as the payload of those emits that have it whole.
  absl::Status WriteWhole(const WireFields& response, UnaryOutcome& outcome) const;
  absl::Status DecodeRawReply(std::string_view response, UnaryOutcome& outcome) const;

  std::string method_;
  const MessageType* request_ = nullptr;
  const MessageType* response_ = nullptr;
  std::vector<Binding> bindings_;
  BoundFields bound_;
  // Which argument fills request field i: arguments_[i], or none if negative. Empty: the first
  // argument is the whole message.
  std::vector<int> arguments_;
  std::vector<RoomTemplate> join_;
  std::vector<RoomTemplate> leave_;
  std::vector<Emit> emits_;
  bool reads_request_ = false;
  bool is_raw_ = false;
  bool is_lifecycle_ = false;
  const google::protobuf::FieldDescriptor* effects_ = nullptr;
  std::vector<Number> numbers_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_UNARY_RULE_H_
