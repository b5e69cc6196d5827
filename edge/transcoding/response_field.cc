#include "edge/transcoding/response_field.h"

#include <algorithm>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kEffectsName[] = "caucus.socketio.v1.Effects";

template <typename T>
T Clamp(int64_t value) {
  return static_cast<T>(
      std::clamp<int64_t>(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}

}  // namespace

absl::StatusOr<const FieldDescriptor*> FindEffectsField(const Descriptor& type) {
  const FieldDescriptor* found = nullptr;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor* const field = type.field(i);
    if (field->message_type() == nullptr || field->message_type()->full_name() != kEffectsName) {
      continue;
    }
    if (field->is_repeated() || field->real_containing_oneof() != nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(field->full_name(), ": a field of type ",
                                                     kEffectsName, " stands alone, once"));
    }
    if (found != nullptr) {
      return absl::InvalidArgumentError(
          absl::StrCat(type.full_name(), " has two fields of type ", kEffectsName));
    }
    found = field;
  }
  return found;
}

absl::StatusOr<socketio::v1::Effects> ReadEffects(const WireFields& message,
                                                  const FieldDescriptor* field) {
  socketio::v1::Effects effects;
  if (field == nullptr) return effects;
  const WireValue* const found = message.Find(message.type().FieldOf(*field));
  if (found == nullptr) return effects;
  if (!effects.ParseFromArray(found->data.data(), static_cast<int>(found->data.size()))) {
    return absl::InternalError("effects are malformed");
  }
  return effects;
}

const FieldDescriptor* FindIntegerField(const Descriptor& type, const std::string& name) {
  const FieldDescriptor* const field = type.FindFieldByName(name);
  if (field == nullptr || field->is_repeated()) return nullptr;
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return field;
    default:
      return nullptr;
  }
}

int64_t ReadInteger(const WireFields& message, const FieldDescriptor& field) {
  const uint64_t bits = message.Get(message.type().FieldOf(field)).bits;
  if (field.cpp_type() != FieldDescriptor::CPPTYPE_UINT64) return static_cast<int64_t>(bits);
  return static_cast<int64_t>(std::min<uint64_t>(bits, std::numeric_limits<int64_t>::max()));
}

void WriteInteger(Message& message, const FieldDescriptor& field, int64_t value) {
  const Reflection& reflection = *message.GetReflection();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(&message, &field, Clamp<int32_t>(value));
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.SetUInt32(&message, &field, Clamp<uint32_t>(value));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(&message, &field, value);
    default:
      return reflection.SetUInt64(&message, &field,
                                  static_cast<uint64_t>(std::max<int64_t>(value, 0)));
  }
}

}  // namespace caucus::edge::transcoding
