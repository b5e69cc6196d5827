// A server-streaming method as the events of a room.

#ifndef EDGE_TRANSCODING_FEED_RULE_H_
#define EDGE_TRANSCODING_FEED_RULE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "caucus/socketio/v1/event_rule.pb.h"
#include "edge/transcoding/arguments.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/room_pattern.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// One streamed message, decoded. Thread-compatible.
struct FeedMessage {
  // Empty: there is nothing to send.
  std::string event;
  // None for a google.protobuf.Empty field.
  Arguments arguments;
  // Carried out after the event was sent.
  ::caucus::socketio::v1::Effects effects;
  // The value of the resume field, if the rule has one.
  std::optional<int64_t> resume_value;
  // Whether the event is the whole state, and not what has changed since the last one. Without
  // FeedRule.state every event of a feed that retains is one.
  bool is_state = false;
  // A state that is only for those who have not had one.
  bool is_repeat = false;
};

// A method's FeedRule, resolved. Immutable. What `types` has given must outlive it.
class FeedRule {
 public:
  // kInvalidArgument: the rule is wrong; the message says where, without naming the method.
  static absl::StatusOr<std::unique_ptr<const FeedRule>> Create(
      const google::protobuf::MethodDescriptor& method,
      const ::caucus::socketio::v1::FeedRule& rule, MessageTypes& types);

  // As gRPC calls it: "/chat.v1.ChatService/Listen".
  const std::string& method() const { return method_; }
  bool retain() const { return retain_; }
  // Whether only some of the messages are states.
  bool has_changes() const { return state_ != nullptr; }
  // The proto name of the resume field; empty if there is none.
  const std::string& resume_field() const { return resume_field_; }

  // Returns the parts of a room's name that EncodeRequest needs, or nothing if the feed is not for
  // this room.
  std::optional<std::vector<std::string>> MatchRoom(std::string_view room) const {
    return pattern_.Match(room);
  }

  // Returns the serialized request. A `resume_value` of 0 is none.
  // REQUIRES: `captures` is a result of MatchRoom.
  std::string EncodeRequest(const std::vector<std::string>& captures, int64_t resume_value) const;

  // kInternal: `serialized` is no response of the method.
  absl::StatusOr<FeedMessage> DecodeMessage(std::string_view serialized) const;

 private:
  explicit FeedRule(RoomPattern pattern) : pattern_(std::move(pattern)) {}

  // Returns the member of the oneof that `message` has, or null.
  const FieldType* EventOf(const WireFields& message) const;
  absl::Status AddState(const ::caucus::socketio::v1::FeedRule& rule);

  std::string method_;
  RoomPattern pattern_;
  bool retain_ = false;
  std::string resume_field_;
  const MessageType* request_ = nullptr;
  const MessageType* response_ = nullptr;
  const google::protobuf::FieldDescriptor* request_resume_ = nullptr;
  const google::protobuf::FieldDescriptor* response_resume_ = nullptr;
  const google::protobuf::FieldDescriptor* effects_ = nullptr;
  const google::protobuf::OneofDescriptor* event_ = nullptr;
  const google::protobuf::FieldDescriptor* state_ = nullptr;
  const google::protobuf::FieldDescriptor* repeat_ = nullptr;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_FEED_RULE_H_
