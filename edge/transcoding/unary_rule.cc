#include "edge/transcoding/unary_rule.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "caucus/socketio/v1/raw_event.pb.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"
#include "common/validation/violation_list.h"
#include "edge/transcoding/arguments.h"
#include "edge/transcoding/event_name.h"
#include "edge/transcoding/json_writer.h"
#include "edge/transcoding/message_codec.h"
#include "edge/transcoding/raw_event.h"
#include "edge/transcoding/response_field.h"

namespace caucus::edge::transcoding {

namespace json = boost::json;

using google::protobuf::FieldDescriptor;
using google::protobuf::MethodDescriptor;
using socketio::v1::EventRule;

absl::StatusOr<std::unique_ptr<const UnaryRule>> UnaryRule::Create(
    const MethodDescriptor& method, const EventRule& rule, const std::vector<std::string>& numbers,
    MessageTypes& types) {
  std::unique_ptr<UnaryRule> made(new UnaryRule());
  made->method_ = GrpcMethodPath(method);
  made->is_lifecycle_ = rule.event().empty();
  ASSIGN_OR_RETURN(made->is_raw_, IsRawMethod(method));
  ASSIGN_OR_RETURN(made->request_, types.Add(*method.input_type()));
  ASSIGN_OR_RETURN(made->response_, types.Add(*method.output_type()));
  RETURN_IF_ERROR(made->AddBindings(rule));
  RETURN_IF_ERROR(made->AddArguments(rule));
  RETURN_IF_ERROR(made->AddRooms(rule, method));
  for (const EventRule::Emit& emit : rule.emit()) {
    RETURN_IF_ERROR(made->AddEmit(emit, method, types));
  }
  ASSIGN_OR_RETURN(made->effects_, FindEffectsField(*method.output_type()));
  for (const std::string& name : numbers) {
    const FieldDescriptor* const field = FindIntegerField(*method.output_type(), name);
    if (field != nullptr) made->numbers_.push_back({name, field});
  }
  return std::unique_ptr<const UnaryRule>(std::move(made));
}

absl::Status UnaryRule::AddBindings(const EventRule& rule) {
  for (const EventRule::Bind& bind : rule.bind()) {
    const auto fault = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("bind \"", bind.field(), "\": ", what));
    };
    auto field = FieldChain::Resolve(*request_->descriptor, bind.field());
    if (!field.ok()) return fault(field.status().message());
    if (field->leaf().type() != FieldDescriptor::TYPE_STRING) return fault("is no string field");
    auto value = ContextValue::Parse(bind.from());
    if (!value.ok()) return fault(absl::StrCat("from ", value.status().message()));
    for (const Binding& other : bindings_) {
      if (other.field.fields() == field->fields()) return fault("is bound twice");
    }
    bound_.Add(field->fields(), bindings_.size());
    bindings_.push_back({*std::move(field), *std::move(value)});
  }
  return absl::OkStatus();
}

absl::Status UnaryRule::AddArguments(const EventRule& rule) {
  if (rule.args().empty()) return absl::OkStatus();
  arguments_.assign(request_->fields.size(), -1);
  for (int i = 0; i < rule.args_size(); ++i) {
    const FieldDescriptor* const field = request_->descriptor->FindFieldByName(rule.args(i));
    const auto fault = [&](absl::string_view what) {
      return absl::InvalidArgumentError(absl::StrCat("args \"", rule.args(i), "\": ", what));
    };
    if (field == nullptr) {
      return fault(absl::StrCat(request_->descriptor->full_name(), " has no such field"));
    }
    int& argument = arguments_[static_cast<size_t>(field->index())];
    if (argument >= 0) return fault("is named twice");
    const BoundFields* const bound = bound_.Find(field);
    if (bound != nullptr && bound->below.empty()) return fault("is a bound field");
    argument = i;
  }
  return absl::OkStatus();
}

absl::Status UnaryRule::AddRooms(const EventRule& rule, const MethodDescriptor& method) {
  for (const std::string& text : rule.join()) {
    ASSIGN_OR_RETURN(RoomTemplate room, RoomTemplate::Parse(text, method));
    reads_request_ = reads_request_ || room.reads_request();
    join_.push_back(std::move(room));
  }
  for (const std::string& text : rule.leave()) {
    ASSIGN_OR_RETURN(RoomTemplate room, RoomTemplate::Parse(text, method));
    reads_request_ = reads_request_ || room.reads_request();
    leave_.push_back(std::move(room));
  }
  return absl::OkStatus();
}

absl::Status UnaryRule::AddEmit(const EventRule::Emit& rule, const MethodDescriptor& method,
                                MessageTypes& types) {
  Emit emit;
  RETURN_IF_ERROR(CheckEventName(rule.event()));
  emit.action.event = rule.event();
  emit.action.except_sender = rule.except_sender();
  if (rule.to() == "*") {
    emit.action.target = EmitAction::Target::kNamespace;
  } else if (!rule.to().empty()) {
    emit.action.target = EmitAction::Target::kRoom;
    ASSIGN_OR_RETURN(RoomTemplate room, RoomTemplate::Parse(rule.to(), method));
    reads_request_ = reads_request_ || room.reads_request();
    emit.room = std::move(room);
  } else if (rule.except_sender()) {
    return absl::InvalidArgumentError(
        absl::StrCat("emit \"", rule.event(), "\": to the sender, except the sender"));
  }
  RETURN_IF_ERROR(AddPayload(rule.payload(), types, emit));
  emits_.push_back(std::move(emit));
  return absl::OkStatus();
}

absl::Status UnaryRule::AddPayload(const std::string& path, MessageTypes& types, Emit& emit) {
  constexpr std::string_view kRoot = "response.";
  if (path.empty()) return absl::OkStatus();
  if (path == "response") {
    emit.whole_response = response_->well_known != WellKnownType::kEmpty;
    return absl::OkStatus();
  }
  const auto fault = [&](absl::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat("emit payload \"", path, "\": ", what));
  };
  if (!path.starts_with(kRoot)) return fault("is not `response` or a path below it");
  auto chain = FieldChain::Resolve(*response_->descriptor, path.substr(kRoot.size()));
  if (!chain.ok()) return fault(chain.status().message());
  ASSIGN_OR_RETURN(const MessageType* const holder, types.Add(*chain->leaf().containing_type()));
  const FieldType& field = holder->FieldOf(chain->leaf());
  if (field.message != nullptr && field.message->well_known == WellKnownType::kEffects) {
    return fault("effects are not for clients");
  }
  if (field.message != nullptr && field.message->well_known == WellKnownType::kEmpty) {
    return absl::OkStatus();
  }
  emit.payload = &field;
  emit.payload_chain = *std::move(chain);
  return absl::OkStatus();
}

absl::StatusOr<std::string> UnaryRule::EncodeRequest(absl::Span<const json::value> args,
                                                     const ConnectionContext& context) const {
  const auto bound_text = [&](size_t i) { return bindings_[i].value.Read(context); };
  ViolationList violations;
  std::string request;
  if (!arguments_.empty()) {
    const auto positional = [&](const FieldType& field) -> const json::value* {
      const int argument = arguments_[static_cast<size_t>(field.descriptor->index())];
      const bool given = argument >= 0 && static_cast<size_t>(argument) < args.size();
      return given ? &args[static_cast<size_t>(argument)] : nullptr;
    };
    request = ReadRequest(*request_, positional, bound_, bound_text, violations);
  } else {
    request = ReadRequestObject(*request_, args.empty() ? nullptr : &args[0], bound_, bound_text,
                                violations);
  }
  if (!violations.empty()) return BadRequestError(violations.violations());
  return request;
}

absl::StatusOr<UnaryOutcome> UnaryRule::DecodeResponse(std::string_view request_bytes,
                                                       std::string_view response_bytes,
                                                       const ConnectionContext& context) const {
  UnaryOutcome outcome;
  if (is_raw_) {
    RETURN_IF_ERROR(DecodeRawReply(response_bytes, outcome));
    if (join_.empty() && leave_.empty() && emits_.empty()) return outcome;
  }
  WireFields response;
  WireFields request;
  RETURN_IF_ERROR(ParseFields(*response_, response_bytes, response));
  RoomTemplate::Values values = {.response = &response, .connection = context};
  if (reads_request_) {
    RETURN_IF_ERROR(ParseFields(*request_, request_bytes, request));
    values.request = &request;
  }
  ASSIGN_OR_RETURN(outcome.join, Expand(join_, values));
  ASSIGN_OR_RETURN(outcome.leave, Expand(leave_, values));
  for (const Emit& emit : emits_) {
    ASSIGN_OR_RETURN(EmitAction action, DecodeEmit(emit, values));
    outcome.emits.push_back(std::move(action));
  }
  RETURN_IF_ERROR(WriteWhole(response, outcome));
  if (is_raw_) return outcome;
  ASSIGN_OR_RETURN(outcome.effects, ReadEffects(response, effects_));
  for (const Number& number : numbers_) {
    outcome.numbers.emplace_back(number.name, ReadInteger(response, *number.field));
  }
  return outcome;
}

// Once, however many emits have it beside the ack.
absl::Status UnaryRule::WriteWhole(const WireFields& response, UnaryOutcome& outcome) const {
  const bool has_ack = !is_raw_ && !is_lifecycle_ && response_->well_known != WellKnownType::kEmpty;
  const bool has_emit = std::any_of(emits_.begin(), emits_.end(),
                                    [](const Emit& emit) { return emit.whole_response; });
  if (!has_ack && !has_emit) return absl::OkStatus();
  ASSIGN_OR_RETURN(Arguments whole, WriteArguments(response));
  for (size_t i = 0; i < emits_.size(); ++i) {
    if (emits_[i].whole_response) outcome.emits[i].arguments = whole;
  }
  if (has_ack) outcome.ack = std::move(whole);
  return absl::OkStatus();
}

absl::Status UnaryRule::DecodeRawReply(std::string_view response, UnaryOutcome& outcome) const {
  socketio::v1::RawReply reply;
  if (!reply.ParseFromArray(response.data(), static_cast<int>(response.size()))) {
    return absl::InternalError("a message is no valid caucus.socketio.v1.RawReply");
  }
  outcome.effects = std::move(*reply.mutable_effects());
  if (is_lifecycle_ || !reply.has_ack()) return absl::OkStatus();
  socketio::v1::Arguments& ack = *reply.mutable_ack();
  ASSIGN_OR_RETURN(const std::string_view json,
                   CheckArguments(ack.json(), static_cast<size_t>(ack.attachments_size())));
  outcome.ack.json =
      json.size() == ack.json().size() ? std::move(*ack.mutable_json()) : std::string(json);
  for (std::string& attachment : *ack.mutable_attachments()) {
    outcome.ack.attachments.push_back(std::move(attachment));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> UnaryRule::Expand(
    const std::vector<RoomTemplate>& rooms, const RoomTemplate::Values& values) const {
  std::vector<std::string> names;
  names.reserve(rooms.size());
  for (const RoomTemplate& room : rooms) {
    ASSIGN_OR_RETURN(std::string name, room.Expand(values));
    names.push_back(std::move(name));
  }
  return names;
}

absl::StatusOr<EmitAction> UnaryRule::DecodeEmit(const Emit& emit,
                                                 const RoomTemplate::Values& values) const {
  EmitAction action = emit.action;
  if (emit.room) {
    ASSIGN_OR_RETURN(action.room, emit.room->Expand(values));
  }
  if (emit.payload != nullptr) {
    WireFields below;
    const WireFields absent;
    ASSIGN_OR_RETURN(const WireFields* const holder,
                     emit.payload_chain->Holder(*values.response, below));
    ASSIGN_OR_RETURN(action.arguments,
                     WriteFieldArguments(*emit.payload, holder == nullptr ? absent : *holder));
  }
  return action;
}

}  // namespace caucus::edge::transcoding
