#include "edge/transcoding/json_writer.h"

#include <optional>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "edge/transcoding/json_text.h"
#include "edge/transcoding/map_entries.h"
#include "edge/transcoding/well_known_text.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kSingular = -1;

// One value of a field: item `index`, or kSingular.
struct Value {
  const Message& holder;
  const FieldType& field;
  int index;
};

// Appends to one string. The first value that has no JSON form makes the whole fail.
class Writer {
 public:
  enum class Bytes { kBase64, kAttachments };

  explicit Writer(Bytes bytes) : bytes_(bytes) {
    if (bytes == Bytes::kAttachments) json_.push_back('[');
  }

  void Write(const MessageType& type, const Message& message);
  void WriteField(const FieldType& field, const Message& holder);
  void WriteNull() { json_.append("null"); }
  absl::StatusOr<std::string> Finish() &&;
  // REQUIRES: made with Bytes::kAttachments.
  absl::StatusOr<Arguments> FinishArguments() &&;

 private:
  void WriteMembers(const MessageType& type, const Message& message);
  void WriteRepeated(const FieldType& field, const Message& holder);
  void WriteMap(const FieldType& field, const Message& holder);
  void WriteKey(const FieldType& key, const Message& entry);
  void WriteValue(const Value& value);
  void WriteEnum(const FieldDescriptor& field, int number);
  void WriteString(const FieldDescriptor& field, const std::string& text);
  void WriteAttachment(const std::string& data);
  void WriteSecondsAndNanos(const MessageType& type, const Message& message);
  void WriteStructValue(const MessageType& type, const Message& message);
  void WriteFieldMask(const MessageType& type, const Message& message);
  void WriteQuoted(int64_t number) { absl::StrAppend(&json_, "\"", number, "\""); }
  void WriteQuoted(uint64_t number) { absl::StrAppend(&json_, "\"", number, "\""); }

  const Bytes bytes_;
  std::string json_;
  std::vector<std::string> attachments_;
  absl::Status status_;
};

absl::StatusOr<std::string> Writer::Finish() && {
  if (!status_.ok()) return status_;
  return std::move(json_);
}

absl::StatusOr<Arguments> Writer::FinishArguments() && {
  if (!status_.ok()) return status_;
  json_.push_back(']');
  return Arguments{.json = std::move(json_), .attachments = std::move(attachments_)};
}

void Writer::Write(const MessageType& type, const Message& message) {
  switch (type.well_known) {
    case WellKnownType::kTimestamp:
    case WellKnownType::kDuration:
      return WriteSecondsAndNanos(type, message);
    case WellKnownType::kStruct:
      return WriteMap(type.fields[0], message);
    case WellKnownType::kListValue:
      return WriteRepeated(type.fields[0], message);
    case WellKnownType::kValue:
      return WriteStructValue(type, message);
    case WellKnownType::kWrapper:
      return WriteValue({message, type.fields[0], kSingular});
    case WellKnownType::kFieldMask:
      return WriteFieldMask(type, message);
    default:
      return WriteMembers(type, message);
  }
}

void Writer::WriteMembers(const MessageType& type, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  json_.push_back('{');
  bool first = true;
  for (const FieldType& field : type.fields) {
    if (field.message != nullptr && field.message->well_known == WellKnownType::kEffects) continue;
    if (field.descriptor->has_presence() && !reflection.HasField(message, field.descriptor)) {
      continue;
    }
    if (!first) json_.push_back(',');
    first = false;
    json_.append(field.key);
    WriteField(field, message);
  }
  json_.push_back('}');
}

void Writer::WriteField(const FieldType& field, const Message& holder) {
  if (field.descriptor->is_map()) return WriteMap(field, holder);
  if (field.descriptor->is_repeated()) return WriteRepeated(field, holder);
  WriteValue({holder, field, kSingular});
}

void Writer::WriteRepeated(const FieldType& field, const Message& holder) {
  const int size = holder.GetReflection()->FieldSize(holder, field.descriptor);
  json_.push_back('[');
  for (int i = 0; i < size; ++i) {
    if (i > 0) json_.push_back(',');
    WriteValue({holder, field, i});
  }
  json_.push_back(']');
}

void Writer::WriteMap(const FieldType& field, const Message& holder) {
  const FieldType& key = field.message->fields[0];
  const FieldType& value = field.message->fields[1];
  const std::vector<const Message*> entries = SortedEntries(field, holder);
  json_.push_back('{');
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) json_.push_back(',');
    WriteKey(key, *entries[i]);
    json_.push_back(':');
    WriteValue({*entries[i], value, kSingular});
  }
  json_.push_back('}');
}

void Writer::WriteKey(const FieldType& key, const Message& entry) {
  const size_t start = json_.size();
  WriteValue({entry, key, kSingular});
  if (json_[start] == '"') return;  // strings, and integers of 64 bits
  json_.insert(start, 1, '"');
  json_.push_back('"');
}

void Writer::WriteValue(const Value& value) {
  const FieldDescriptor* const f = value.field.descriptor;
  const Message& m = value.holder;
  const Reflection& r = *m.GetReflection();
  const int i = value.index;
  const bool one = i == kSingular;
  switch (f->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrAppend(&json_, one ? r.GetInt32(m, f) : r.GetRepeatedInt32(m, f, i));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrAppend(&json_, one ? r.GetUInt32(m, f) : r.GetRepeatedUInt32(m, f, i));
    case FieldDescriptor::CPPTYPE_INT64:
      return WriteQuoted(one ? r.GetInt64(m, f) : r.GetRepeatedInt64(m, f, i));
    case FieldDescriptor::CPPTYPE_UINT64:
      return WriteQuoted(one ? r.GetUInt64(m, f) : r.GetRepeatedUInt64(m, f, i));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return AppendJsonNumber(one ? r.GetDouble(m, f) : r.GetRepeatedDouble(m, f, i), json_);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return AppendJsonNumber(one ? r.GetFloat(m, f) : r.GetRepeatedFloat(m, f, i), json_);
    case FieldDescriptor::CPPTYPE_BOOL:
      json_.append((one ? r.GetBool(m, f) : r.GetRepeatedBool(m, f, i)) ? "true" : "false");
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return WriteEnum(*f, one ? r.GetEnumValue(m, f) : r.GetRepeatedEnumValue(m, f, i));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      return WriteString(*f, one ? r.GetStringReference(m, f, &scratch)
                                 : r.GetRepeatedStringReference(m, f, i, &scratch));
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return Write(*value.field.message, one ? r.GetMessage(m, f) : r.GetRepeatedMessage(m, f, i));
  }
}

void Writer::WriteEnum(const FieldDescriptor& field, int number) {
  if (field.enum_type()->full_name() == "google.protobuf.NullValue") {
    json_.append("null");
    return;
  }
  const EnumValueDescriptor* const value = field.enum_type()->FindValueByNumber(number);
  if (value == nullptr) {
    absl::StrAppend(&json_, number);
  } else {
    absl::StrAppend(&json_, "\"", value->name(), "\"");
  }
}

void Writer::WriteString(const FieldDescriptor& field, const std::string& text) {
  if (field.type() == FieldDescriptor::TYPE_STRING) return AppendJsonString(text, json_);
  if (bytes_ == Bytes::kAttachments) return WriteAttachment(text);
  absl::StrAppend(&json_, "\"", absl::Base64Escape(text), "\"");
}

void Writer::WriteAttachment(const std::string& data) {
  if (attachments_.size() == kAttachmentsMax) {
    status_ = absl::InternalError(
        absl::StrCat("a message has more than ", kAttachmentsMax, " bytes values for a client"));
    return;
  }
  absl::StrAppend(&json_, R"({"_placeholder":true,"num":)", attachments_.size(), "}");
  attachments_.push_back(data);
}

void Writer::WriteSecondsAndNanos(const MessageType& type, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const SecondsAndNanos value = {.seconds = reflection.GetInt64(message, type.fields[0].descriptor),
                                 .nanos = reflection.GetInt32(message, type.fields[1].descriptor)};
  const std::optional<std::string> text =
      type.well_known == WellKnownType::kTimestamp ? FormatTimestamp(value) : FormatDuration(value);
  if (!text) {
    status_ = absl::InternalError(
        absl::StrCat("a ", type.descriptor->full_name(), " is out of its range"));
    return;
  }
  AppendJsonString(*text, json_);
}

void Writer::WriteStructValue(const MessageType& type, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* const kind =
      reflection.GetOneofFieldDescriptor(message, type.descriptor->oneof_decl(0));
  if (kind == nullptr) {
    json_.append("null");
    return;
  }
  WriteValue({message, type.FieldOf(*kind), kSingular});
}

void Writer::WriteFieldMask(const MessageType& type, const Message& message) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* const paths = type.fields[0].descriptor;
  std::vector<std::string> camel_paths;
  for (int i = 0; i < reflection.FieldSize(message, paths); ++i) {
    camel_paths.push_back(ToCamelCase(reflection.GetRepeatedString(message, paths, i)));
  }
  AppendJsonString(absl::StrJoin(camel_paths, ","), json_);
}

// Writes null for an absent field.
void WriteFieldOrNull(const FieldType& field, const Message& holder, Writer& writer) {
  if (field.descriptor->has_presence() &&
      !holder.GetReflection()->HasField(holder, field.descriptor)) {
    return writer.WriteNull();
  }
  writer.WriteField(field, holder);
}

}  // namespace

absl::StatusOr<std::string> WriteJson(const MessageType& type, const Message& message) {
  Writer writer(Writer::Bytes::kBase64);
  writer.Write(type, message);
  return std::move(writer).Finish();
}

absl::StatusOr<std::string> WriteFieldJson(const FieldType& field, const Message& holder) {
  Writer writer(Writer::Bytes::kBase64);
  WriteFieldOrNull(field, holder, writer);
  return std::move(writer).Finish();
}

absl::StatusOr<Arguments> WriteArguments(const MessageType& type, const Message& message) {
  Writer writer(Writer::Bytes::kAttachments);
  writer.Write(type, message);
  return std::move(writer).FinishArguments();
}

absl::StatusOr<Arguments> WriteFieldArguments(const FieldType& field, const Message& holder) {
  Writer writer(Writer::Bytes::kAttachments);
  WriteFieldOrNull(field, holder, writer);
  return std::move(writer).FinishArguments();
}

}  // namespace caucus::edge::transcoding
