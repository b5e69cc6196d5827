#include "edge/transcoding/message_type.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "caucus/socketio/v1/annotations.pb.h"
#include "common/status/status_macros.h"
#include "edge/transcoding/json_text.h"
#include "google/protobuf/wire_format.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using socketio::v1::FieldRule;

struct NamedType {
  std::string_view name;
  WellKnownType type;
};

constexpr NamedType kWellKnownTypes[] = {
    {"google.protobuf.Timestamp", WellKnownType::kTimestamp},
    {"google.protobuf.Duration", WellKnownType::kDuration},
    {"google.protobuf.Struct", WellKnownType::kStruct},
    {"google.protobuf.Value", WellKnownType::kValue},
    {"google.protobuf.ListValue", WellKnownType::kListValue},
    {"google.protobuf.DoubleValue", WellKnownType::kWrapper},
    {"google.protobuf.FloatValue", WellKnownType::kWrapper},
    {"google.protobuf.Int64Value", WellKnownType::kWrapper},
    {"google.protobuf.UInt64Value", WellKnownType::kWrapper},
    {"google.protobuf.Int32Value", WellKnownType::kWrapper},
    {"google.protobuf.UInt32Value", WellKnownType::kWrapper},
    {"google.protobuf.BoolValue", WellKnownType::kWrapper},
    {"google.protobuf.StringValue", WellKnownType::kWrapper},
    {"google.protobuf.BytesValue", WellKnownType::kWrapper},
    {"google.protobuf.FieldMask", WellKnownType::kFieldMask},
    {"google.protobuf.Empty", WellKnownType::kEmpty},
    {"caucus.socketio.v1.Effects", WellKnownType::kEffects},
};

WellKnownType WellKnownTypeOf(const Descriptor& descriptor) {
  for (const NamedType& known : kWellKnownTypes) {
    if (descriptor.full_name() == known.name) return known.type;
  }
  return WellKnownType::kNone;
}

bool IsInteger(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return true;
    default:
      return false;
  }
}

// Says what is wrong with a field's rule; empty if nothing is.
std::string_view FieldRuleMistake(const FieldDescriptor& field, const FieldRule& rule) {
  if (rule.has_string() && field.type() != FieldDescriptor::TYPE_STRING) {
    return "a string rule is for string fields";
  }
  if (rule.has_integer() && !IsInteger(field)) return "an integer rule is for integer fields";
  if (rule.has_items() && (!field.is_repeated() || field.is_map())) {
    return "an items rule is for repeated fields";
  }
  if (rule.string().max_length() > 0 && rule.string().min_length() > rule.string().max_length()) {
    return "min_length is greater than max_length";
  }
  if (rule.integer().min() > rule.integer().max()) return "min is greater than max";
  if (rule.items().max_items() > 0 && rule.items().min_items() > rule.items().max_items()) {
    return "min_items is greater than max_items";
  }
  return "";
}

}  // namespace

const FieldType* MessageType::FieldNumbered(int number, const FieldType* previous) const {
  const auto next = previous == nullptr ? 0 : static_cast<size_t>(previous - fields.data()) + 1;
  if (next < fields.size() && fields[next].descriptor->number() == number) return &fields[next];
  const auto found = std::lower_bound(
      by_number.begin(), by_number.end(), number,
      [&](size_t i, int sought) { return fields[i].descriptor->number() < sought; });
  if (found == by_number.end() || fields[*found].descriptor->number() != number) return nullptr;
  return &fields[*found];
}

MessageTypes::MessageTypes(const google::protobuf::DescriptorPool* pool) : factory_(pool) {}

absl::StatusOr<const MessageType*> MessageTypes::Add(const Descriptor& descriptor) {
  std::unique_ptr<MessageType>& slot = types_[&descriptor];
  if (slot != nullptr) return slot.get();
  if (descriptor.full_name() == "google.protobuf.Any") {
    return absl::InvalidArgumentError("google.protobuf.Any cannot be mapped to JSON here");
  }
  // In its place before its fields are looked at: types may contain themselves. The pointer, unlike
  // the slot, stays valid while more types are added.
  slot = std::make_unique<MessageType>();
  MessageType* const type = slot.get();
  type->descriptor = &descriptor;
  type->prototype = factory_.GetPrototype(&descriptor);
  type->well_known = WellKnownTypeOf(descriptor);
  type->fields.reserve(static_cast<size_t>(descriptor.field_count()));
  for (int i = 0; i < descriptor.field_count(); ++i) {
    RETURN_IF_ERROR(AddField(*descriptor.field(i), *type));
    type->by_number.push_back(static_cast<size_t>(i));
    if (descriptor.field(i)->is_required()) type->required.push_back(static_cast<size_t>(i));
  }
  std::sort(type->by_number.begin(), type->by_number.end(), [&](size_t a, size_t b) {
    return type->fields[a].descriptor->number() < type->fields[b].descriptor->number();
  });
  return type;
}

absl::Status MessageTypes::AddField(const FieldDescriptor& descriptor, MessageType& type) {
  FieldType field;
  field.descriptor = &descriptor;
  AppendJsonString(descriptor.json_name(), field.key);
  field.key.push_back(':');
  field.tag = google::protobuf::internal::WireFormat::MakeTag(&descriptor);
  field.is_packed = descriptor.is_packed();
  const bool is_proto3 =
      descriptor.file()->syntax() == google::protobuf::FileDescriptor::SYNTAX_PROTO3;
  field.is_utf8 = is_proto3 && descriptor.type() == FieldDescriptor::TYPE_STRING;
  field.is_closed_enum = !is_proto3 && descriptor.type() == FieldDescriptor::TYPE_ENUM;
  field.oneof = descriptor.real_containing_oneof();
  field.has_zero = descriptor.has_presence() || descriptor.is_repeated() ||
                   descriptor.containing_type()->options().map_entry();
  field.rule = descriptor.options().GetExtension(socketio::v1::field);
  if (const std::string_view mistake = FieldRuleMistake(descriptor, field.rule); !mistake.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("field ", descriptor.full_name(), ": ", std::string(mistake)));
  }
  if (descriptor.message_type() != nullptr) {
    const auto message = Add(*descriptor.message_type());
    if (!message.ok()) {
      return absl::Status(message.status().code(), absl::StrCat("field ", descriptor.full_name(),
                                                                ": ", message.status().message()));
    }
    field.message = *message;
  }
  type.fields.push_back(std::move(field));
  return absl::OkStatus();
}

}  // namespace caucus::edge::transcoding
