#include "edge/transcoding/request_reader.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_split.h"
#include "common/text/absl_view.h"
#include "common/validation/json_value_check.h"
#include "edge/transcoding/scalar_reader.h"
#include "edge/transcoding/well_known_text.h"

namespace caucus::edge::transcoding {
namespace {

namespace json = boost::json;

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr std::string_view kMustBeObject = "must be an object";

std::string_view TextOf(const json::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

// Reads one message, and those inside it by means of others of its kind.
class Reader {
 public:
  Reader(const MessageType& type, const FieldPath* path, Message& message,
         ViolationList& violations)
      : type_(type),
        path_(path),
        message_(message),
        reflection_(*message.GetReflection()),
        violations_(violations) {}

  void ReadFields(MemberLookup members, const BoundFields* bound);

 private:
  void ReadField(const FieldType& field, const json::value* value, const BoundFields* bound);
  void ReadSingular(const FieldType& field, const json::value* value, const BoundFields* bound);
  void ReadRepeated(const FieldType& field, const json::value* value);
  void ReadMap(const FieldType& field, const json::value* value);
  void ReadItem(const FieldType& field, const json::value& item, const FieldPath& path);
  bool KeepsRule(const FieldType& field, const json::value* value, const CheckedField& checked);

  const MessageType& type_;
  const FieldPath* const path_;
  Message& message_;
  const Reflection& reflection_;
  ViolationList& violations_;
};

// Fills a message of any type from one value.
void ReadMessage(const MessageType& type, const json::value& value, const BoundFields* bound,
                 Message& message, const CheckedField& checked);

bool IsAbsent(const json::value* value) { return value == nullptr || value->is_null(); }

void Reader::ReadFields(MemberLookup members, const BoundFields* bound) {
  for (const FieldType& field : type_.fields) {
    const BoundFields* const node = bound == nullptr ? nullptr : bound->Find(field.descriptor);
    if (node != nullptr && node->below.empty()) continue;
    ReadField(field, members(field), node);
  }
}

void Reader::ReadField(const FieldType& field, const json::value* value, const BoundFields* bound) {
  if (field.descriptor->is_map()) return ReadMap(field, value);
  if (field.descriptor->is_repeated()) return ReadRepeated(field, value);
  ReadSingular(field, value, bound);
}

// Holds a value against the field's rule for single values. Returns false if a violation was added;
// none is if the list is full or an item before said the same, but then the message is of no use
// anyway.
bool Reader::KeepsRule(const FieldType& field, const json::value* value,
                       const CheckedField& checked) {
  const size_t found_before = violations_.violations().size();
  if (field.rule.has_string()) CheckJsonString(field.rule.string(), value, checked);
  if (field.rule.has_integer()) CheckJsonInteger(field.rule.integer(), value, checked);
  return violations_.violations().size() == found_before;
}

void Reader::ReadSingular(const FieldType& field, const json::value* value,
                          const BoundFields* bound) {
  const FieldDescriptor* const descriptor = field.descriptor;
  const FieldPath path = {.parent = path_, .name = descriptor->json_name()};
  const CheckedField checked = {path, violations_};
  const bool takes_null = value != nullptr && field.message != nullptr &&
                          field.message->well_known == WellKnownType::kValue;
  if (IsAbsent(value) && !takes_null) {
    if (!descriptor->has_presence()) KeepsRule(field, value, checked);
    return;
  }
  if (!KeepsRule(field, value, checked)) return;
  const auto* const oneof = descriptor->real_containing_oneof();
  if (oneof != nullptr && reflection_.HasOneof(message_, oneof)) {
    return checked.Report("must not be given beside another field of its oneof");
  }
  if (field.message != nullptr) {
    Message* const below = reflection_.MutableMessage(&message_, descriptor);
    return ReadMessage(*field.message, *value, bound, *below, checked);
  }
  ReadScalar(*value, {message_, *descriptor}, checked);
}

void Reader::ReadRepeated(const FieldType& field, const json::value* value) {
  FieldPath path = {.parent = path_, .name = field.descriptor->json_name()};
  const CheckedField checked = {path, violations_};
  if (field.rule.has_items()) CheckJsonItems(field.rule.items(), value, checked);
  if (IsAbsent(value)) return;
  if (!value->is_array()) {
    if (!field.rule.has_items()) checked.Report(kMustBeArray);
    return;
  }
  const json::array& items = value->get_array();
  for (size_t i = 0; i < items.size(); ++i) {
    path.index = i;
    ReadItem(field, items[i], path);
  }
}

void Reader::ReadItem(const FieldType& field, const json::value& item, const FieldPath& path) {
  const CheckedField checked = {path, violations_};
  if (!KeepsRule(field, &item, checked)) return;
  if (field.message != nullptr) {
    Message* const below = reflection_.AddMessage(&message_, field.descriptor);
    return ReadMessage(*field.message, item, nullptr, *below, checked);
  }
  ReadScalar(item, {message_, *field.descriptor}, checked);
}

void Reader::ReadMap(const FieldType& field, const json::value* value) {
  FieldPath path = {.parent = path_, .name = field.descriptor->json_name()};
  if (IsAbsent(value)) return;
  if (!value->is_object()) return CheckedField{path, violations_}.Report(kMustBeObject);
  const FieldType& key_field = field.message->fields[0];
  const FieldType& value_field = field.message->fields[1];
  // Violations of a member are told by its place: its key may be of any length.
  size_t place = 0;
  for (const json::key_value_pair& member : value->get_object()) {
    path.index = place++;
    const CheckedField checked = {path, violations_};
    Message& entry = *reflection_.AddMessage(&message_, field.descriptor);
    ReadMapKey({member.key().data(), member.key().size()}, {entry, *key_field.descriptor}, checked);
    if (value_field.message != nullptr) {
      Message* const below = entry.GetReflection()->MutableMessage(&entry, value_field.descriptor);
      ReadMessage(*value_field.message, member.value(), nullptr, *below, checked);
    } else {
      ReadScalar(member.value(), {entry, *value_field.descriptor}, checked);
    }
  }
}

void SetSecondsAndNanos(const MessageType& type, const std::optional<SecondsAndNanos>& parsed,
                        std::string_view complaint, Message& message, const CheckedField& checked) {
  if (!parsed) return checked.Report(complaint);
  const Reflection& reflection = *message.GetReflection();
  reflection.SetInt64(&message, type.fields[0].descriptor, parsed->seconds);
  reflection.SetInt32(&message, type.fields[1].descriptor, parsed->nanos);
}

void ReadFieldMask(const MessageType& type, const json::value& value, Message& message,
                   const CheckedField& checked) {
  if (!value.is_string()) return checked.Report(kMustBeString);
  const Reflection& reflection = *message.GetReflection();
  for (const absl::string_view path :
       absl::StrSplit(ToAbsl(TextOf(value)), ',', absl::SkipEmpty())) {
    reflection.AddString(&message, type.fields[0].descriptor, ToSnakeCase(FromAbsl(path)));
  }
}

// google.protobuf.Value: its fields are null, number, string, bool, struct and list, in this order.
void ReadAnyValue(const MessageType& type, const json::value& value, Message& message,
                  const CheckedField& checked) {
  const Reflection& reflection = *message.GetReflection();
  const auto field = [&](size_t i) { return type.fields[i].descriptor; };
  switch (value.kind()) {
    case json::kind::null:
      return reflection.SetEnumValue(&message, field(0), 0);
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return reflection.SetDouble(&message, field(1), value.to_number<double>());
    case json::kind::string:
      return reflection.SetString(&message, field(2), std::string(TextOf(value)));
    case json::kind::bool_:
      return reflection.SetBool(&message, field(3), value.get_bool());
    case json::kind::object:
    case json::kind::array: {
      const FieldType& nested = type.fields[value.is_object() ? 4 : 5];
      return ReadMessage(*nested.message, value, nullptr,
                         *reflection.MutableMessage(&message, nested.descriptor), checked);
    }
  }
}

// The type's only field, which holds what `value` is: the map of a Struct, the items of a
// ListValue.
void ReadInner(const MessageType& type, const json::value& value, Message& message,
               const CheckedField& checked) {
  Reader(type, checked.path.parent, message, checked.violations)
      .ReadFields([&](const FieldType&) { return &value; }, nullptr);
}

void ReadMessage(const MessageType& type, const json::value& value, const BoundFields* bound,
                 Message& message, const CheckedField& checked) {
  const std::string_view text = value.is_string() ? TextOf(value) : std::string_view();
  switch (type.well_known) {
    case WellKnownType::kTimestamp:
      return SetSecondsAndNanos(type, ParseTimestamp(text), "must be a valid ISO 8601 date string",
                                message, checked);
    case WellKnownType::kDuration:
      return SetSecondsAndNanos(type, ParseDuration(text), "must be a duration in seconds: 1.5s",
                                message, checked);
    case WellKnownType::kWrapper:
      return ReadScalar(value, {message, *type.fields[0].descriptor}, checked);
    case WellKnownType::kFieldMask:
      return ReadFieldMask(type, value, message, checked);
    case WellKnownType::kValue:
      return ReadAnyValue(type, value, message, checked);
    case WellKnownType::kStruct:
      if (!value.is_object()) return checked.Report(kMustBeObject);
      return ReadInner(type, value, message, checked);
    case WellKnownType::kListValue:
      if (!value.is_array()) return checked.Report(kMustBeArray);
      return ReadInner(type, value, message, checked);
    default:
      break;
  }
  if (!value.is_object()) return checked.Report(kMustBeObject);
  const json::object& object = value.get_object();
  Reader(type, &checked.path, message, checked.violations)
      .ReadFields([&](const FieldType& field) { return FindMember(object, field); }, bound);
}

}  // namespace

void BoundFields::Add(const std::vector<const FieldDescriptor*>& path) {
  BoundFields* node = this;
  for (const FieldDescriptor* const step : path) {
    const auto found = std::find_if(node->below.begin(), node->below.end(),
                                    [&](const BoundFields& child) { return child.field == step; });
    node = found != node->below.end() ? &*found : &node->below.emplace_back(BoundFields{step, {}});
  }
}

const BoundFields* BoundFields::Find(const FieldDescriptor* child) const {
  for (const BoundFields& node : below) {
    if (node.field == child) return &node;
  }
  return nullptr;
}

const json::value* FindMember(const json::object& object, const FieldType& field) {
  const json::value* const value = object.if_contains(field.descriptor->json_name());
  return value != nullptr ? value : object.if_contains(field.descriptor->name());
}

void ReadRequest(const MessageType& type, MemberLookup members, const BoundFields& bound,
                 Message& message, ViolationList& violations) {
  Reader(type, nullptr, message, violations).ReadFields(members, &bound);
}

}  // namespace caucus::edge::transcoding
