#include "edge/transcoding/json_writer.h"

#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/text/absl_view.h"
#include "edge/transcoding/json_text.h"
#include "edge/transcoding/map_entries.h"
#include "edge/transcoding/well_known_text.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

// Appends to one string. The first value that has no JSON form makes the whole fail.
class Writer {
 public:
  enum class Bytes { kBase64, kAttachments };

  explicit Writer(Bytes bytes) : bytes_(bytes) {
    if (bytes == Bytes::kAttachments) json_.push_back('[');
  }

  void Write(const WireFields& message);
  void WriteField(const FieldType& field, const WireFields& holder);
  void WriteNull() { json_.append("null"); }
  absl::StatusOr<std::string> Finish() &&;
  // REQUIRES: made with Bytes::kAttachments.
  absl::StatusOr<Arguments> FinishArguments() &&;

 private:
  void WriteMessage(const MessageType& type, std::string_view bytes);
  void WriteMembers(const WireFields& message);
  void WriteRepeated(const FieldType& field, const WireFields& holder);
  void WriteMap(const FieldType& field, const WireFields& holder);
  void WriteKey(const WireValue& key);
  void WriteValue(const WireValue& value);
  void WriteEnum(const FieldDescriptor& field, int number);
  void WriteString(const FieldDescriptor& field, std::string_view text);
  void WriteAttachment(std::string_view data);
  void WriteSecondsAndNanos(const WireFields& message);
  void WriteStructValue(const WireFields& message);
  void WriteFieldMask(const WireFields& message);
  void Fail(const MessageType& type, std::string_view what);
  void WriteQuoted(int64_t number) { absl::StrAppend(&json_, "\"", number, "\""); }
  void WriteQuoted(uint64_t number) { absl::StrAppend(&json_, "\"", number, "\""); }

  const Bytes bytes_;
  std::string json_;
  std::vector<std::string> attachments_;
  int depth_ = 0;  // Of the message that is written.
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

void Writer::Fail(const MessageType& type, std::string_view what) {
  status_ =
      absl::InternalError(absl::StrCat("a ", type.descriptor->full_name(), " is ", ToAbsl(what)));
}

void Writer::WriteMessage(const MessageType& type, std::string_view bytes) {
  if (!status_.ok()) return;
  WireFields message;
  if (depth_ == kWireDepthMax || !message.Parse(type, bytes)) return Fail(type, "malformed");
  ++depth_;
  Write(message);
  --depth_;
}

void Writer::Write(const WireFields& message) {
  const MessageType& type = message.type();
  switch (type.well_known) {
    case WellKnownType::kTimestamp:
    case WellKnownType::kDuration:
      return WriteSecondsAndNanos(message);
    case WellKnownType::kStruct:
      return WriteMap(type.fields[0], message);
    case WellKnownType::kListValue:
      return WriteRepeated(type.fields[0], message);
    case WellKnownType::kValue:
      return WriteStructValue(message);
    case WellKnownType::kWrapper:
      return WriteValue(message.Get(type.fields[0]));
    case WellKnownType::kFieldMask:
      return WriteFieldMask(message);
    default:
      return WriteMembers(message);
  }
}

void Writer::WriteMembers(const WireFields& message) {
  json_.push_back('{');
  bool first = true;
  for (const FieldType& field : message.type().fields) {
    if (field.message != nullptr && field.message->well_known == WellKnownType::kEffects) continue;
    if (field.descriptor->has_presence() && message.Find(field) == nullptr) continue;
    if (!first) json_.push_back(',');
    first = false;
    json_.append(field.key);
    WriteField(field, message);
  }
  json_.push_back('}');
}

void Writer::WriteField(const FieldType& field, const WireFields& holder) {
  if (field.descriptor->is_map()) return WriteMap(field, holder);
  if (field.descriptor->is_repeated()) return WriteRepeated(field, holder);
  WriteValue(holder.Get(field));
}

void Writer::WriteRepeated(const FieldType& field, const WireFields& holder) {
  json_.push_back('[');
  bool first = true;
  for (const WireValue& item : holder.All(field)) {
    if (!first) json_.push_back(',');
    first = false;
    WriteValue(item);
  }
  json_.push_back(']');
}

void Writer::WriteMap(const FieldType& field, const WireFields& holder) {
  MapEntries entries;
  if (depth_ == kWireDepthMax || !entries.Parse(field, holder)) {
    return Fail(*field.message, "malformed");
  }
  ++depth_;
  json_.push_back('{');
  bool first = true;
  for (const MapEntries::Entry& entry : entries.sorted()) {
    if (!first) json_.push_back(',');
    first = false;
    WriteKey(entry.key);
    json_.push_back(':');
    WriteValue(entry.value);
  }
  json_.push_back('}');
  --depth_;
}

void Writer::WriteKey(const WireValue& key) {
  const size_t start = json_.size();
  WriteValue(key);
  if (json_[start] == '"') return;  // strings, and integers of 64 bits
  json_.insert(start, 1, '"');
  json_.push_back('"');
}

void Writer::WriteValue(const WireValue& value) {
  const FieldDescriptor& field = *value.field->descriptor;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrAppend(&json_, static_cast<int32_t>(value.bits));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrAppend(&json_, static_cast<uint32_t>(value.bits));
    case FieldDescriptor::CPPTYPE_INT64:
      return WriteQuoted(static_cast<int64_t>(value.bits));
    case FieldDescriptor::CPPTYPE_UINT64:
      return WriteQuoted(value.bits);
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return AppendJsonNumber(std::bit_cast<double>(value.bits), json_);
    case FieldDescriptor::CPPTYPE_FLOAT:
      return AppendJsonNumber(std::bit_cast<float>(static_cast<uint32_t>(value.bits)), json_);
    case FieldDescriptor::CPPTYPE_BOOL:
      json_.append(value.bits != 0 ? "true" : "false");
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      return WriteEnum(field, static_cast<int>(value.bits));
    case FieldDescriptor::CPPTYPE_STRING:
      return WriteString(field, value.data);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return WriteMessage(*value.field->message, value.data);
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

void Writer::WriteString(const FieldDescriptor& field, std::string_view text) {
  if (field.type() == FieldDescriptor::TYPE_STRING) return AppendJsonString(text, json_);
  if (bytes_ == Bytes::kAttachments) return WriteAttachment(text);
  absl::StrAppend(&json_, "\"", absl::Base64Escape(ToAbsl(text)), "\"");
}

void Writer::WriteAttachment(std::string_view data) {
  if (attachments_.size() == kAttachmentsMax) {
    status_ = absl::InternalError(
        absl::StrCat("a message has more than ", kAttachmentsMax, " bytes values for a client"));
    return;
  }
  absl::StrAppend(&json_, R"({"_placeholder":true,"num":)", attachments_.size(), "}");
  attachments_.emplace_back(data);
}

void Writer::WriteSecondsAndNanos(const WireFields& message) {
  const MessageType& type = message.type();
  const SecondsAndNanos value = {.seconds = static_cast<int64_t>(message.Get(type.fields[0]).bits),
                                 .nanos = static_cast<int32_t>(message.Get(type.fields[1]).bits)};
  const std::optional<std::string> text =
      type.well_known == WellKnownType::kTimestamp ? FormatTimestamp(value) : FormatDuration(value);
  if (!text) return Fail(type, "out of its range");
  AppendJsonString(*text, json_);
}

void Writer::WriteStructValue(const WireFields& message) {
  for (const FieldType& kind : message.type().fields) {
    if (const WireValue* const value = message.Find(kind)) return WriteValue(*value);
  }
  json_.append("null");
}

void Writer::WriteFieldMask(const WireFields& message) {
  std::vector<std::string> camel_paths;
  for (const WireValue& path : message.All(message.type().fields[0])) {
    camel_paths.push_back(ToCamelCase(path.data));
  }
  AppendJsonString(absl::StrJoin(camel_paths, ","), json_);
}

// Writes null for an absent field.
void WriteFieldOrNull(const FieldType& field, const WireFields& holder, Writer& writer) {
  if (field.descriptor->has_presence() && holder.Find(field) == nullptr) return writer.WriteNull();
  writer.WriteField(field, holder);
}

}  // namespace

absl::StatusOr<std::string> WriteJson(const WireFields& message) {
  Writer writer(Writer::Bytes::kBase64);
  writer.Write(message);
  return std::move(writer).Finish();
}

absl::StatusOr<std::string> WriteFieldJson(const FieldType& field, const WireFields& holder) {
  Writer writer(Writer::Bytes::kBase64);
  WriteFieldOrNull(field, holder, writer);
  return std::move(writer).Finish();
}

absl::StatusOr<Arguments> WriteArguments(const WireFields& message) {
  Writer writer(Writer::Bytes::kAttachments);
  writer.Write(message);
  return std::move(writer).FinishArguments();
}

absl::StatusOr<Arguments> WriteFieldArguments(const FieldType& field, const WireFields& holder) {
  Writer writer(Writer::Bytes::kAttachments);
  WriteFieldOrNull(field, holder, writer);
  return std::move(writer).FinishArguments();
}

}  // namespace caucus::edge::transcoding
