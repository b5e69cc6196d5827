#include "edge/transcoding/scalar_reader.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/text/absl_view.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {
namespace {

namespace json = boost::json;

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;

constexpr std::string_view kMustBeNumber = "must be a number";
constexpr std::string_view kMustBeBoolean = "must be a boolean value";
constexpr std::string_view kMustBeBase64 = "must be base64 encoded";
// Beyond it every double is an integer, and none is of use here.
constexpr double kIntegralDoubleMax = 1e20;

std::string_view TextOf(const json::value& value) {
  return {value.get_string().data(), value.get_string().size()};
}

std::optional<absl::int128> IntegerOfText(std::string_view text) {
  const std::string_view digits = text.substr(!text.empty() && text.front() == '-' ? 1 : 0);
  // 20 digits hold every 64-bit integer.
  if (digits.empty() || digits.size() > 20) return std::nullopt;
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  absl::int128 integer = 0;
  for (const char digit : digits) integer = integer * 10 + (digit - '0');
  return digits.size() == text.size() ? integer : -integer;
}

std::optional<absl::int128> IntegerOf(const json::value& value, bool text_too) {
  if (value.is_int64()) return value.get_int64();
  if (value.is_uint64()) return value.get_uint64();
  if (value.is_double()) {
    const double number = value.get_double();
    if (std::trunc(number) != number || std::abs(number) > kIntegralDoubleMax) return std::nullopt;
    return static_cast<absl::int128>(number);
  }
  if (text_too && value.is_string()) return IntegerOfText(TextOf(value));
  return std::nullopt;
}

template <typename T>
void WriteIfFits(std::optional<absl::int128> integer, const ScalarSlot& slot,
                 const CheckedField& checked) {
  if (!integer || *integer < std::numeric_limits<T>::min() ||
      *integer > std::numeric_limits<T>::max()) {
    return checked.Report(kMustBeInteger);
  }
  slot.out.WriteBits(slot.field, static_cast<uint64_t>(static_cast<T>(*integer)));
}

void WriteInteger(std::optional<absl::int128> integer, const ScalarSlot& slot,
                  const CheckedField& checked) {
  switch (slot.field.descriptor->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return WriteIfFits<int32_t>(integer, slot, checked);
    case FieldDescriptor::CPPTYPE_UINT32:
      return WriteIfFits<uint32_t>(integer, slot, checked);
    case FieldDescriptor::CPPTYPE_INT64:
      return WriteIfFits<int64_t>(integer, slot, checked);
    default:
      return WriteIfFits<uint64_t>(integer, slot, checked);
  }
}

std::optional<double> NumberOf(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = TextOf(value);
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<double>::infinity();
  if (text == "-Infinity") return -std::numeric_limits<double>::infinity();
  return std::nullopt;
}

void ReadNumber(const json::value& value, const ScalarSlot& slot, const CheckedField& checked) {
  const std::optional<double> number = NumberOf(value);
  if (!number) return checked.Report(kMustBeNumber);
  if (slot.field.descriptor->cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE) {
    return slot.out.WriteBits(slot.field, std::bit_cast<uint64_t>(*number));
  }
  if (std::isfinite(*number) && std::abs(*number) > std::numeric_limits<float>::max()) {
    return checked.Report(kMustBeNumber);
  }
  slot.out.WriteBits(slot.field, std::bit_cast<uint32_t>(static_cast<float>(*number)));
}

const EnumValueDescriptor* EnumValueOf(const EnumDescriptor& type, const json::value& value) {
  if (value.is_string()) return type.FindValueByName(std::string(TextOf(value)));
  const std::optional<absl::int128> number = IntegerOf(value, /*text_too=*/false);
  if (!number || *number < std::numeric_limits<int32_t>::min() ||
      *number > std::numeric_limits<int32_t>::max()) {
    return nullptr;
  }
  return type.FindValueByNumber(static_cast<int32_t>(*number));
}

void ReadEnum(const json::value& value, const ScalarSlot& slot, const CheckedField& checked) {
  const EnumDescriptor& type = *slot.field.descriptor->enum_type();
  if (const EnumValueDescriptor* const found = EnumValueOf(type, value)) {
    return slot.out.WriteBits(slot.field, static_cast<uint64_t>(found->number()));
  }
  // A null that is no absent member can only be meant for NullValue.
  if (value.is_null() && type.full_name() == "google.protobuf.NullValue") {
    return slot.out.WriteBits(slot.field, static_cast<uint64_t>(type.value(0)->number()));
  }
  std::vector<std::string> names;
  for (int i = 0; i < type.value_count(); ++i) names.push_back(type.value(i)->name());
  checked.Report(absl::StrCat("must be one of the following values: ", absl::StrJoin(names, ", ")));
}

void ReadString(const json::value& value, const ScalarSlot& slot, const CheckedField& checked) {
  if (!value.is_string()) return checked.Report(kMustBeString);
  const std::string_view text = TextOf(value);
  if (slot.field.descriptor->type() != FieldDescriptor::TYPE_BYTES) {
    return slot.out.WriteText(slot.field, text);
  }
  std::string bytes;
  if (!absl::Base64Unescape(ToAbsl(text), &bytes) &&
      !absl::WebSafeBase64Unescape(ToAbsl(text), &bytes)) {
    return checked.Report(kMustBeBase64);
  }
  slot.out.WriteText(slot.field, bytes);
}

}  // namespace

void ReadScalar(const json::value& value, const ScalarSlot& slot, const CheckedField& checked) {
  switch (slot.field.descriptor->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_UINT32:
      return WriteInteger(IntegerOf(value, /*text_too=*/false), slot, checked);
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      return WriteInteger(IntegerOf(value, /*text_too=*/true), slot, checked);
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return ReadNumber(value, slot, checked);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (!value.is_bool()) return checked.Report(kMustBeBoolean);
      return slot.out.WriteBits(slot.field, value.get_bool() ? 1 : 0);
    case FieldDescriptor::CPPTYPE_ENUM:
      return ReadEnum(value, slot, checked);
    case FieldDescriptor::CPPTYPE_STRING:
      return ReadString(value, slot, checked);
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return;
  }
}

void ReadMapKey(std::string_view key, const ScalarSlot& slot, const CheckedField& checked) {
  switch (slot.field.descriptor->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return slot.out.WriteText(slot.field, key);
    case FieldDescriptor::CPPTYPE_BOOL:
      if (key != "true" && key != "false") return checked.Report(kMustBeBoolean);
      return slot.out.WriteBits(slot.field, key == "true" ? 1 : 0);
    default:
      return WriteInteger(IntegerOfText(key), slot, checked);
  }
}

}  // namespace caucus::edge::transcoding
