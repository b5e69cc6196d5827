#include "edge/transcoding/feed_rule.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "edge/transcoding/event_name.h"
#include "edge/transcoding/json_writer.h"
#include "edge/transcoding/message_codec.h"
#include "edge/transcoding/response_field.h"
#include "google/protobuf/arena.h"

namespace caucus::edge::transcoding {

using google::protobuf::Arena;
using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using google::protobuf::OneofDescriptor;

namespace {

// Returns the response's only oneof, whose members are the events.
absl::StatusOr<const OneofDescriptor*> FindEvents(const Descriptor& response) {
  if (response.real_oneof_decl_count() != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(response.full_name(), " has not exactly one oneof"));
  }
  const OneofDescriptor* const events = response.oneof_decl(0);
  for (int i = 0; i < events->field_count(); ++i) {
    RETURN_IF_ERROR(CheckEventName(events->field(i)->json_name()));
  }
  return events;
}

absl::StatusOr<const FieldDescriptor*> FindResumeField(const Descriptor& type,
                                                       const std::string& name) {
  const FieldDescriptor* const field = FindIntegerField(type, name);
  if (field == nullptr || field->real_containing_oneof() != nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("resume \"", name, "\": ", type.full_name(),
                                                   " has no top-level integer field of it"));
  }
  return field;
}

}  // namespace

absl::StatusOr<std::unique_ptr<const FeedRule>> FeedRule::Create(const MethodDescriptor& method,
                                                                 const socketio::v1::FeedRule& rule,
                                                                 MessageTypes& types) {
  if (method.client_streaming() || !method.server_streaming()) {
    return absl::InvalidArgumentError("a feed is a method that streams responses only");
  }
  ASSIGN_OR_RETURN(RoomPattern pattern, RoomPattern::Parse(rule.room(), *method.input_type()));
  std::unique_ptr<FeedRule> made(new FeedRule(std::move(pattern)));
  made->method_ = GrpcMethodPath(method);
  made->retain_ = rule.retain();
  ASSIGN_OR_RETURN(made->request_, types.Add(*method.input_type()));
  ASSIGN_OR_RETURN(made->response_, types.Add(*method.output_type()));
  ASSIGN_OR_RETURN(made->effects_, FindEffectsField(*method.output_type()));
  ASSIGN_OR_RETURN(made->event_, FindEvents(*method.output_type()));
  if (!rule.resume().empty()) {
    made->resume_field_ = rule.resume();
    ASSIGN_OR_RETURN(made->request_resume_, FindResumeField(*method.input_type(), rule.resume()));
    ASSIGN_OR_RETURN(made->response_resume_, FindResumeField(*method.output_type(), rule.resume()));
  }
  RETURN_IF_ERROR(made->AddState(rule));
  return std::unique_ptr<const FeedRule>(std::move(made));
}

absl::Status FeedRule::AddState(const socketio::v1::FeedRule& rule) {
  const Descriptor& type = *response_->descriptor;
  if (!rule.state().empty()) {
    const auto fault = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("state \"", rule.state(), "\": ", what));
    };
    state_ = type.FindFieldByName(rule.state());
    if (state_ == nullptr || state_->real_containing_oneof() != event_) {
      return fault(absl::StrCat("is no field of the oneof of ", type.full_name()));
    }
    if (!retain_) return fault("needs retain");
  }
  if (!rule.repeat().empty()) {
    const auto fault = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("repeat \"", rule.repeat(), "\": ", what));
    };
    repeat_ = type.FindFieldByName(rule.repeat());
    if (repeat_ == nullptr || repeat_->is_repeated() ||
        repeat_->type() != FieldDescriptor::TYPE_BOOL ||
        repeat_->real_containing_oneof() != nullptr) {
      return fault(absl::StrCat(type.full_name(), " has no top-level bool field of it"));
    }
    if (state_ == nullptr) return fault("needs state");
  }
  return absl::OkStatus();
}

std::string FeedRule::EncodeRequest(const std::vector<std::string>& captures,
                                    int64_t resume_value) const {
  Arena arena;
  Message& request = *request_->prototype->New(&arena);
  for (size_t i = 0; i < captures.size(); ++i) {
    const FieldDescriptor* const field = pattern_.fields()[i];
    if (field->type() == FieldDescriptor::TYPE_ENUM) {
      request.GetReflection()->SetEnumValue(&request, field, pattern_.NumberOf(i, captures[i]));
    } else {
      request.GetReflection()->SetString(&request, field, captures[i]);
    }
  }
  if (request_resume_ != nullptr && resume_value != 0) {
    WriteInteger(request, *request_resume_, resume_value);
  }
  return request.SerializeAsString();
}

const FieldType* FeedRule::EventOf(const WireFields& message) const {
  for (int i = 0; i < event_->field_count(); ++i) {
    const FieldType& field = response_->FieldOf(*event_->field(i));
    if (message.Find(field) != nullptr) return &field;
  }
  return nullptr;
}

absl::StatusOr<FeedMessage> FeedRule::DecodeMessage(std::string_view serialized) const {
  WireFields message;
  RETURN_IF_ERROR(ParseFields(*response_, serialized, message));
  FeedMessage decoded;
  if (const FieldType* const event = EventOf(message)) {
    decoded.event = event->descriptor->json_name();
    decoded.is_state = retain_ && (state_ == nullptr || event->descriptor == state_);
    decoded.is_repeat = decoded.is_state && repeat_ != nullptr &&
                        message.Get(response_->FieldOf(*repeat_)).bits != 0;
    if (event->message == nullptr || event->message->well_known != WellKnownType::kEmpty) {
      ASSIGN_OR_RETURN(decoded.arguments, WriteFieldArguments(*event, message));
    }
  }
  ASSIGN_OR_RETURN(decoded.effects, ReadEffects(message, effects_));
  if (response_resume_ != nullptr) {
    decoded.resume_value = ReadInteger(message, *response_resume_);
  }
  return decoded;
}

}  // namespace caucus::edge::transcoding
