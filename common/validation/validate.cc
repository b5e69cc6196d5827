#include "common/validation/validate.h"

#include <string>

#include "caucus/socketio/v1/annotations.pb.h"
#include "common/validation/value_check.h"
#include "common/validation/violation_list.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace caucus {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void ValidateMessage(const Message& message, const FieldPath* parent, ViolationList& violations);

// One value of a field: the field itself, or one item of a repeated one.
struct FieldValue {
  const Message& message;
  const FieldDescriptor& field;
  int index = -1;  // -1: the field is not repeated

  absl::int128 Integer() const;
  int Enum() const;  // The number, whether it is declared or not.
  const std::string& String(std::string* scratch) const;
};

absl::int128 FieldValue::Integer() const {
  const Reflection& reflection = *message.GetReflection();
  const bool repeated = index >= 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return repeated ? reflection.GetRepeatedInt32(message, &field, index)
                      : reflection.GetInt32(message, &field);
    case FieldDescriptor::CPPTYPE_UINT32:
      return repeated ? reflection.GetRepeatedUInt32(message, &field, index)
                      : reflection.GetUInt32(message, &field);
    case FieldDescriptor::CPPTYPE_INT64:
      return repeated ? reflection.GetRepeatedInt64(message, &field, index)
                      : reflection.GetInt64(message, &field);
    default:
      return repeated ? reflection.GetRepeatedUInt64(message, &field, index)
                      : reflection.GetUInt64(message, &field);
  }
}

int FieldValue::Enum() const {
  const Reflection& reflection = *message.GetReflection();
  return index >= 0 ? reflection.GetRepeatedEnumValue(message, &field, index)
                    : reflection.GetEnumValue(message, &field);
}

const std::string& FieldValue::String(std::string* scratch) const {
  const Reflection& reflection = *message.GetReflection();
  return index >= 0 ? reflection.GetRepeatedStringReference(message, &field, index, scratch)
                    : reflection.GetStringReference(message, &field, scratch);
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

void ValidateValue(const FieldRule& rule, const FieldValue& value, const CheckedField& checked) {
  const FieldDescriptor& field = value.field;
  if (rule.has_string() && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    std::string scratch;
    CheckString(rule.string(), value.String(&scratch), checked);
  } else if (rule.has_integer() && IsInteger(field)) {
    CheckInteger(rule.integer(), value.Integer(), checked);
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
    if (field.enum_type()->FindValueByNumber(value.Enum()) == nullptr) {
      checked.Report(kMustBeEnumValue);
    }
  } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    const Reflection& reflection = *value.message.GetReflection();
    ValidateMessage(value.index >= 0
                        ? reflection.GetRepeatedMessage(value.message, &field, value.index)
                        : reflection.GetMessage(value.message, &field),
                    &checked.path, checked.violations);
  }
}

void ValidateField(const Message& message, const FieldDescriptor& field, const FieldPath* parent,
                   ViolationList& violations) {
  const Reflection& reflection = *message.GetReflection();
  const FieldRule& rule = field.options().GetExtension(socketio::v1::field);
  FieldPath path = {.parent = parent, .name = field.json_name()};
  if (!field.is_repeated()) {
    if (field.has_presence() && !reflection.HasField(message, &field)) return;
    ValidateValue(rule, {message, field}, {path, violations});
    return;
  }
  const int size = reflection.FieldSize(message, &field);
  if (rule.has_items()) {
    CheckItemCount(rule.items(), static_cast<size_t>(size), {path, violations});
  }
  for (int i = 0; i < size; ++i) {
    path.index = static_cast<size_t>(i);
    ValidateValue(rule, {message, field, i}, {path, violations});
  }
}

void ValidateMessage(const Message& message, const FieldPath* parent, ViolationList& violations) {
  const google::protobuf::Descriptor& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    ValidateField(message, *type.field(i), parent, violations);
  }
}

}  // namespace

std::vector<FieldViolation> Validate(const Message& message) {
  ViolationList violations;
  ValidateMessage(message, nullptr, violations);
  return violations.violations();
}

}  // namespace caucus
