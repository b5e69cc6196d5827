#include "edge/transcoding/wire_fields.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "common/text/unicode.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/wire_format_lite.h"

namespace caucus::edge::transcoding {

using google::protobuf::FieldDescriptor;
using google::protobuf::internal::WireFormatLite;

// Takes bytes off the front of a message. Once something is malformed, ok() is false and all else
// that is read is empty.
class WireFields::Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  bool ok() const { return ok_; }
  bool done() const { return rest_.empty(); }

  uint64_t Varint() {
    uint64_t value = 0;
    for (size_t i = 0; i < kVarintBytesMax && i < rest_.size(); ++i) {
      const auto byte = static_cast<unsigned char>(rest_[i]);
      value |= static_cast<uint64_t>(byte & 0x7F) << (7 * i);
      if (byte < 0x80) {
        rest_.remove_prefix(i + 1);
        return value;
      }
    }
    Fail();
    return 0;
  }

  uint32_t Tag() {
    const uint64_t tag = Varint();
    if (tag > UINT32_MAX || tag >> WireFormatLite::kTagTypeBits == 0) Fail();
    return static_cast<uint32_t>(tag);
  }

  template <typename T>
  T Fixed() {
    T value = 0;
    const std::string_view bytes = Take(sizeof(T));
    for (size_t i = 0; i < bytes.size(); ++i) {
      value |= static_cast<T>(static_cast<unsigned char>(bytes[i])) << (8 * i);
    }
    return value;
  }

  std::string_view Text() { return Take(Varint()); }

  // A group's content; its start tag is read already, and its end tag is too.
  std::string_view Group(uint32_t number, int depth) {
    const std::string_view start = rest_;
    while (ok_ && depth > 0) {
      const size_t size = start.size() - rest_.size();
      const uint32_t tag = Tag();
      if (WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_END_GROUP) {
        if (number != static_cast<uint32_t>(WireFormatLite::GetTagFieldNumber(tag))) break;
        return start.substr(0, size);
      }
      Skip(tag, depth - 1);
    }
    Fail();
    return {};
  }

  void Skip(uint32_t tag, int depth) {
    switch (WireFormatLite::GetTagWireType(tag)) {
      case WireFormatLite::WIRETYPE_VARINT:
        Varint();
        return;
      case WireFormatLite::WIRETYPE_FIXED64:
        Take(sizeof(uint64_t));
        return;
      case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
        Text();
        return;
      case WireFormatLite::WIRETYPE_START_GROUP:
        Group(static_cast<uint32_t>(WireFormatLite::GetTagFieldNumber(tag)), depth);
        return;
      case WireFormatLite::WIRETYPE_FIXED32:
        Take(sizeof(uint32_t));
        return;
      default:
        return Fail();
    }
  }

  // A number, bool or enum.
  uint64_t Bits(FieldDescriptor::Type type) {
    switch (type) {
      case FieldDescriptor::TYPE_DOUBLE:
      case FieldDescriptor::TYPE_FIXED64:
      case FieldDescriptor::TYPE_SFIXED64:
        return Fixed<uint64_t>();
      case FieldDescriptor::TYPE_FLOAT:
      case FieldDescriptor::TYPE_FIXED32:
        return Fixed<uint32_t>();
      case FieldDescriptor::TYPE_SFIXED32:
        return Extended(Fixed<uint32_t>());
      case FieldDescriptor::TYPE_BOOL:
        return Varint() != 0 ? 1 : 0;
      case FieldDescriptor::TYPE_UINT32:
        return static_cast<uint32_t>(Varint());
      case FieldDescriptor::TYPE_INT32:
      case FieldDescriptor::TYPE_ENUM:
        return Extended(static_cast<uint32_t>(Varint()));
      case FieldDescriptor::TYPE_SINT32:
        return Extended(
            static_cast<uint32_t>(WireFormatLite::ZigZagDecode32(static_cast<uint32_t>(Varint()))));
      case FieldDescriptor::TYPE_SINT64:
        return static_cast<uint64_t>(WireFormatLite::ZigZagDecode64(Varint()));
      default:
        return Varint();
    }
  }

 private:
  static constexpr size_t kVarintBytesMax = 10;

  static uint64_t Extended(uint32_t bits) {
    return static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(bits)));
  }

  std::string_view Take(uint64_t size) {
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }

  void Fail() {
    ok_ = false;
    rest_ = {};
  }

  std::string_view rest_;
  bool ok_ = true;
};

bool WireFields::Parse(const MessageType& type, std::string_view bytes) {
  type_ = &type;
  values_.clear();
  Reader reader(bytes);
  const FieldType* field = nullptr;
  while (!reader.done()) {
    const uint32_t tag = reader.Tag();
    if (!reader.ok()) return false;
    const int number = WireFormatLite::GetTagFieldNumber(tag);
    const auto wire_type = WireFormatLite::GetTagWireType(tag);
    // Fields mostly follow each other as they are numbered, or repeat.
    if (field == nullptr || field->descriptor->number() != number) {
      field = type.FieldNumbered(number, field);
    }
    if (field == nullptr) {
      reader.Skip(tag, kWireDepthMax);
      continue;
    }
    const FieldDescriptor::Type kind = field->descriptor->type();
    const auto item_type =
        WireFormatLite::WireTypeForFieldType(static_cast<WireFormatLite::FieldType>(kind));
    if (wire_type == item_type) {
      switch (wire_type) {
        case WireFormatLite::WIRETYPE_LENGTH_DELIMITED:
          Add({.field = field, .data = reader.Text()});
          if (field->is_utf8 && !IsValidUtf8(values_.back().data)) return false;
          break;
        case WireFormatLite::WIRETYPE_START_GROUP:
          Add({.field = field, .data = reader.Group(static_cast<uint32_t>(number), kWireDepthMax)});
          break;
        default:
          Add({.field = field, .bits = reader.Bits(kind)});
      }
    } else if (wire_type == WireFormatLite::WIRETYPE_LENGTH_DELIMITED &&
               field->descriptor->is_packable()) {
      Reader items(reader.Text());
      while (!items.done()) Add({.field = field, .bits = items.Bits(kind)});
      if (!items.ok()) return false;
    } else {
      reader.Skip(tag, kWireDepthMax);
    }
  }
  if (!reader.ok()) return false;
  Normalize();
  return std::all_of(type.required.begin(), type.required.end(),
                     [&](size_t i) { return Find(type.fields[i]) != nullptr; });
}

void WireFields::Add(const WireValue& value) {
  const FieldType& field = *value.field;
  if (field.is_closed_enum &&
      field.descriptor->enum_type()->FindValueByNumber(static_cast<int>(value.bits)) == nullptr) {
    return;
  }
  if (field.oneof != nullptr) {
    const auto is_rival = [&](const WireValue& other) {
      return other.field->oneof == field.oneof && other.field != &field;
    };
    values_.erase(std::remove_if(values_.begin(), values_.end(), is_rival), values_.end());
  }
  values_.push_back(value);
}

// Puts values in order, and leaves one of each singular field.
void WireFields::Normalize() {
  const auto before = [](const WireValue& a, const WireValue& b) { return a.field < b.field; };
  if (!std::is_sorted(values_.begin(), values_.end(), before)) {
    std::stable_sort(values_.begin(), values_.end(), before);
  }
  size_t size = 0;
  for (size_t i = 0; i < values_.size();) {
    const FieldType* const field = values_[i].field;
    size_t end = i + 1;
    while (end < values_.size() && values_[end].field == field) ++end;
    if (field->descriptor->is_repeated()) {
      while (i < end) values_[size++] = values_[i++];
      continue;
    }
    WireValue value = values_[end - 1];
    if (field->message != nullptr && end - i > 1) {
      value.data = Join(absl::MakeConstSpan(values_).subspan(i, end - i));
    }
    values_[size++] = value;
    i = end;
  }
  values_.resize(size);
}

// Messages are merged by parsing one behind the other.
std::string_view WireFields::Join(absl::Span<const WireValue> pieces) {
  std::string& whole = joined_.emplace_front();
  for (const WireValue& piece : pieces) whole.append(piece.data);
  return whole;
}

absl::Span<const WireValue> WireFields::All(const FieldType& field) const {
  const auto begin = std::partition_point(values_.begin(), values_.end(),
                                          [&](const WireValue& v) { return v.field < &field; });
  auto end = begin;
  while (end != values_.end() && end->field == &field) ++end;
  return absl::MakeConstSpan(values_).subspan(static_cast<size_t>(begin - values_.begin()),
                                              static_cast<size_t>(end - begin));
}

}  // namespace caucus::edge::transcoding
