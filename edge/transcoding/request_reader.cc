#include "edge/transcoding/request_reader.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/strings/str_split.h"
#include "common/text/absl_view.h"
#include "common/validation/json_value_check.h"
#include "edge/transcoding/scalar_reader.h"
#include "edge/transcoding/well_known_text.h"
#include "edge/transcoding/wire_writer.h"

namespace caucus::edge::transcoding {
namespace {

namespace json = boost::json;

using google::protobuf::FieldDescriptor;
using google::protobuf::OneofDescriptor;

constexpr std::string_view kMustBeObject = "must be an object";

std::string_view TextOf(const json::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

// What all parts of a request have in common.
struct Request {
  WireWriter& out;
  const BoundText bound_text;
  ViolationList& violations;
};

// Reads the fields of one message, and those inside it by means of others of its kind.
class Reader {
 public:
  // `bound` are those of this message; may be null.
  Reader(const MessageType& type, const FieldPath* path, const BoundFields* bound, Request& request)
      : type_(type), path_(path), bound_(bound), request_(request) {}

  void ReadFields(MemberLookup members);

 private:
  void ReadField(const FieldType& field, const json::value* value, const BoundFields* bound);
  void ReadSingular(const FieldType& field, const json::value* value, const BoundFields* bound);
  void ReadRepeated(const FieldType& field, const json::value* value);
  void ReadMap(const FieldType& field, const json::value* value);
  void ReadItem(const FieldType& field, const json::value& item, const FieldPath& path);
  bool KeepsRule(const FieldType& field, const json::value* value, const CheckedField& checked);
  void EndOneofMember(const OneofDescriptor* oneof, size_t begin);

  const MessageType& type_;
  const FieldPath* const path_;
  const BoundFields* const bound_;
  Request& request_;
  std::vector<const OneofDescriptor*> given_;  // Of which a member was written.
};

// Writes what a message of any type holds, from one value.
void ReadMessage(const MessageType& type, const json::value& value, const BoundFields* bound,
                 Request& request, const CheckedField& checked);

// Whether the type is not simply an object of its fields.
bool HasJsonOfItsOwn(const MessageType& type) {
  return type.well_known != WellKnownType::kNone && type.well_known != WellKnownType::kEmpty &&
         type.well_known != WellKnownType::kEffects;
}

// Writes a bound field, or those below a field of which the client gives nothing.
void WriteBound(const FieldType& field, const BoundFields& bound, Request& request) {
  if (bound.below.empty()) {
    return request.out.WriteText(field, request.bound_text(bound.binding));
  }
  const size_t begin = request.out.Begin(field);
  for (const BoundFields& below : bound.below) {
    WriteBound(field.message->FieldOf(*below.field), below, request);
  }
  request.out.End(field, begin);
}

bool IsAbsent(const json::value* value) { return value == nullptr || value->is_null(); }

void Reader::ReadFields(MemberLookup members) {
  for (const FieldType& field : type_.fields) {
    const BoundFields* const node = bound_ == nullptr ? nullptr : bound_->Find(field.descriptor);
    if (node != nullptr && node->below.empty()) {
      WriteBound(field, *node, request_);
    } else {
      ReadField(field, members(field), node);
    }
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
  const size_t found_before = request_.violations.violations().size();
  if (field.rule.has_string()) CheckJsonString(field.rule.string(), value, checked);
  if (field.rule.has_integer()) CheckJsonInteger(field.rule.integer(), value, checked);
  return request_.violations.violations().size() == found_before;
}

void Reader::ReadSingular(const FieldType& field, const json::value* value,
                          const BoundFields* bound) {
  const FieldDescriptor* const descriptor = field.descriptor;
  const FieldPath path = {.parent = path_, .name = descriptor->json_name()};
  const CheckedField checked = {path, request_.violations};
  const bool takes_null = value != nullptr && field.message != nullptr &&
                          field.message->well_known == WellKnownType::kValue;
  if (IsAbsent(value) && !takes_null) {
    if (!descriptor->has_presence()) KeepsRule(field, value, checked);
    if (bound != nullptr) WriteBound(field, *bound, request_);
    return;
  }
  if (!KeepsRule(field, value, checked)) return;
  const OneofDescriptor* const oneof = descriptor->real_containing_oneof();
  if (oneof != nullptr && std::find(given_.begin(), given_.end(), oneof) != given_.end()) {
    return checked.Report("must not be given beside another field of its oneof");
  }
  const size_t begin = request_.out.size();
  if (field.message != nullptr) {
    const size_t content = request_.out.Begin(field);
    ReadMessage(*field.message, *value, bound, request_, checked);
    request_.out.End(field, content);
  } else {
    ReadScalar(*value, {request_.out, field}, checked);
  }
  if (oneof != nullptr && bound == nullptr) EndOneofMember(oneof, begin);
}

// A member that is bound, or has something bound in it, takes the place of the client's.
void Reader::EndOneofMember(const OneofDescriptor* oneof, size_t begin) {
  if (request_.out.size() == begin) return;
  given_.push_back(oneof);
  if (bound_ == nullptr) return;
  const bool has_bound = std::any_of(
      bound_->below.begin(), bound_->below.end(),
      [&](const BoundFields& node) { return node.field->real_containing_oneof() == oneof; });
  if (has_bound) request_.out.Truncate(begin);
}

void Reader::ReadRepeated(const FieldType& field, const json::value* value) {
  FieldPath path = {.parent = path_, .name = field.descriptor->json_name()};
  const CheckedField checked = {path, request_.violations};
  if (field.rule.has_items()) CheckJsonItems(field.rule.items(), value, checked);
  if (IsAbsent(value)) return;
  if (!value->is_array()) {
    if (!field.rule.has_items()) checked.Report(kMustBeArray);
    return;
  }
  const json::array& items = value->get_array();
  const bool packed = field.is_packed && !items.empty();
  const size_t begin = packed ? request_.out.Begin(field) : 0;
  for (size_t i = 0; i < items.size(); ++i) {
    path.index = i;
    ReadItem(field, items[i], path);
  }
  if (packed) request_.out.End(field, begin);
}

void Reader::ReadItem(const FieldType& field, const json::value& item, const FieldPath& path) {
  const CheckedField checked = {path, request_.violations};
  if (!KeepsRule(field, &item, checked)) return;
  if (field.message != nullptr) {
    const size_t begin = request_.out.Begin(field);
    ReadMessage(*field.message, item, nullptr, request_, checked);
    return request_.out.End(field, begin);
  }
  ReadScalar(item, {request_.out, field}, checked);
}

void Reader::ReadMap(const FieldType& field, const json::value* value) {
  FieldPath path = {.parent = path_, .name = field.descriptor->json_name()};
  if (IsAbsent(value)) return;
  if (!value->is_object()) return CheckedField{path, request_.violations}.Report(kMustBeObject);
  const FieldType& key_field = field.message->fields[0];
  const FieldType& value_field = field.message->fields[1];
  // Violations of a member are told by its place: its key may be of any length.
  size_t place = 0;
  for (const json::key_value_pair& member : value->get_object()) {
    path.index = place++;
    const CheckedField checked = {path, request_.violations};
    const size_t begin = request_.out.Begin(field);
    ReadMapKey({member.key().data(), member.key().size()}, {request_.out, key_field}, checked);
    if (value_field.message != nullptr) {
      const size_t content = request_.out.Begin(value_field);
      ReadMessage(*value_field.message, member.value(), nullptr, request_, checked);
      request_.out.End(value_field, content);
    } else {
      ReadScalar(member.value(), {request_.out, value_field}, checked);
    }
    request_.out.End(field, begin);
  }
}

void WriteSecondsAndNanos(const MessageType& type, const std::optional<SecondsAndNanos>& parsed,
                          std::string_view complaint, WireWriter& out,
                          const CheckedField& checked) {
  if (!parsed) return checked.Report(complaint);
  out.WriteBits(type.fields[0], static_cast<uint64_t>(parsed->seconds));
  out.WriteBits(type.fields[1], static_cast<uint64_t>(parsed->nanos));
}

void ReadFieldMask(const MessageType& type, const json::value& value, WireWriter& out,
                   const CheckedField& checked) {
  if (!value.is_string()) return checked.Report(kMustBeString);
  for (const absl::string_view path :
       absl::StrSplit(ToAbsl(TextOf(value)), ',', absl::SkipEmpty())) {
    out.WriteText(type.fields[0], ToSnakeCase(FromAbsl(path)));
  }
}

// google.protobuf.Value: its fields are null, number, string, bool, struct and list, in this order.
void ReadAnyValue(const MessageType& type, const json::value& value, Request& request,
                  const CheckedField& checked) {
  WireWriter& out = request.out;
  switch (value.kind()) {
    case json::kind::null:
      return out.WriteBits(type.fields[0], 0);
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_:
      return out.WriteBits(type.fields[1], std::bit_cast<uint64_t>(value.to_number<double>()));
    case json::kind::string:
      return out.WriteText(type.fields[2], TextOf(value));
    case json::kind::bool_:
      return out.WriteBits(type.fields[3], value.get_bool() ? 1 : 0);
    case json::kind::object:
    case json::kind::array: {
      const FieldType& nested = type.fields[value.is_object() ? 4 : 5];
      const size_t begin = out.Begin(nested);
      ReadMessage(*nested.message, value, nullptr, request, checked);
      return out.End(nested, begin);
    }
  }
}

// The type's only field, which holds what `value` is: the map of a Struct, the items of a
// ListValue.
void ReadInner(const MessageType& type, const json::value& value, Request& request,
               const CheckedField& checked) {
  Reader(type, checked.path.parent, nullptr, request).ReadFields([&](const FieldType&) {
    return &value;
  });
}

void ReadWellKnown(const MessageType& type, const json::value& value, Request& request,
                   const CheckedField& checked) {
  const std::string_view text = value.is_string() ? TextOf(value) : std::string_view();
  switch (type.well_known) {
    case WellKnownType::kTimestamp:
      return WriteSecondsAndNanos(type, ParseTimestamp(text),
                                  "must be a valid ISO 8601 date string", request.out, checked);
    case WellKnownType::kDuration:
      return WriteSecondsAndNanos(type, ParseDuration(text), "must be a duration in seconds: 1.5s",
                                  request.out, checked);
    case WellKnownType::kWrapper:
      return ReadScalar(value, {request.out, type.fields[0]}, checked);
    case WellKnownType::kFieldMask:
      return ReadFieldMask(type, value, request.out, checked);
    case WellKnownType::kValue:
      return ReadAnyValue(type, value, request, checked);
    case WellKnownType::kStruct:
      if (!value.is_object()) return checked.Report(kMustBeObject);
      return ReadInner(type, value, request, checked);
    default:
      if (!value.is_array()) return checked.Report(kMustBeArray);
      return ReadInner(type, value, request, checked);
  }
}

void ReadMessage(const MessageType& type, const json::value& value, const BoundFields* bound,
                 Request& request, const CheckedField& checked) {
  if (HasJsonOfItsOwn(type)) {
    ReadWellKnown(type, value, request, checked);
    // Of two values the last counts.
    if (bound == nullptr) return;
    for (const BoundFields& below : bound->below) {
      WriteBound(type.FieldOf(*below.field), below, request);
    }
    return;
  }
  if (!value.is_object()) return checked.Report(kMustBeObject);
  const json::object& object = value.get_object();
  Reader(type, &checked.path, bound, request).ReadFields([&](const FieldType& field) {
    return FindMember(object, field);
  });
}

}  // namespace

void BoundFields::Add(const std::vector<const FieldDescriptor*>& path, size_t number) {
  BoundFields* node = this;
  for (const FieldDescriptor* const step : path) {
    const auto found = std::find_if(node->below.begin(), node->below.end(),
                                    [&](const BoundFields& child) { return child.field == step; });
    node = found != node->below.end()
               ? &*found
               : &node->below.emplace_back(BoundFields{.field = step, .below = {}});
  }
  node->binding = number;
}

const BoundFields* BoundFields::Find(const FieldDescriptor* child) const {
  for (const BoundFields& node : below) {
    if (node.field == child) return &node;
  }
  return nullptr;
}

const json::value* FindMember(const json::object& object, const FieldType& field) {
  const std::string& json_name = field.descriptor->json_name();
  const std::string& name = field.descriptor->name();
  const json::value* const value = object.if_contains(json_name);
  return value != nullptr || name == json_name ? value : object.if_contains(name);
}

std::string ReadRequest(const MessageType& type, MemberLookup members, const BoundFields& bound,
                        BoundText bound_text, ViolationList& violations) {
  WireWriter out;
  Request request = {.out = out, .bound_text = bound_text, .violations = violations};
  Reader(type, nullptr, &bound, request).ReadFields(members);
  return std::move(out).Finish();
}

std::string ReadRequestObject(const MessageType& type, const json::value* value,
                              const BoundFields& bound, BoundText bound_text,
                              ViolationList& violations) {
  const json::object* const object = value == nullptr ? nullptr : value->if_object();
  const auto member = [&](const FieldType& field) {
    return object == nullptr ? nullptr : FindMember(*object, field);
  };
  return ReadRequest(type, member, bound, bound_text, violations);
}

}  // namespace caucus::edge::transcoding
