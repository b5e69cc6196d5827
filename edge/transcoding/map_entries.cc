#include "edge/transcoding/map_entries.h"

#include <algorithm>
#include <cstdint>

#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FieldDescriptor;

bool KeyLess(const MapEntries::Entry& a, const MapEntries::Entry& b) {
  switch (a.key.field->descriptor->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return a.key.data < b.key.data;
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return static_cast<int64_t>(a.key.bits) < static_cast<int64_t>(b.key.bits);
    default:
      return a.key.bits < b.key.bits;
  }
}

}  // namespace

bool MapEntries::Parse(const FieldType& field, const WireFields& holder) {
  const MessageType& type = *field.message;
  const absl::Span<const WireValue> serialized = holder.All(field);
  entries_.clear();
  entries_.reserve(serialized.size());
  for (const WireValue& entry : serialized) {
    if (!scratch_.Parse(type, entry.data)) return false;
    entries_.push_back({scratch_.Get(type.fields[0]), scratch_.Get(type.fields[1])});
  }
  std::stable_sort(entries_.begin(), entries_.end(), KeyLess);
  // Backwards, the last of equals is the first.
  const auto last = std::unique(entries_.rbegin(), entries_.rend(),
                                [](const Entry& a, const Entry& b) { return !KeyLess(b, a); });
  entries_.erase(entries_.begin(), last.base());
  return true;
}

}  // namespace caucus::edge::transcoding
