#include "edge/transcoding/map_entries.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Each key is read once, not once for each comparison.
template <typename Read>
void SortByKey(std::vector<const Message*>& entries, const Read& read) {
  using Keyed = std::pair<decltype(read(*entries.front())), const Message*>;
  std::vector<Keyed> keyed;
  keyed.reserve(entries.size());
  for (const Message* const entry : entries) keyed.emplace_back(read(*entry), entry);
  std::sort(keyed.begin(), keyed.end(),
            [](const Keyed& a, const Keyed& b) { return a.first < b.first; });
  std::transform(keyed.begin(), keyed.end(), entries.begin(),
                 [](const Keyed& each) { return each.second; });
}

void SortByKey(const FieldDescriptor* key, std::vector<const Message*>& entries) {
  const Reflection& r = *entries.front()->GetReflection();
  switch (key->cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string unused;  // Only strings that lie in pieces are put together in it.
      return SortByKey(entries, [&](const Message& entry) -> std::string_view {
        return r.GetStringReference(entry, key, &unused);
      });
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return SortByKey(entries, [&](const Message& entry) { return r.GetInt32(entry, key); });
    case FieldDescriptor::CPPTYPE_UINT32:
      return SortByKey(entries, [&](const Message& entry) { return r.GetUInt32(entry, key); });
    case FieldDescriptor::CPPTYPE_INT64:
      return SortByKey(entries, [&](const Message& entry) { return r.GetInt64(entry, key); });
    case FieldDescriptor::CPPTYPE_UINT64:
      return SortByKey(entries, [&](const Message& entry) { return r.GetUInt64(entry, key); });
    default:
      return SortByKey(entries, [&](const Message& entry) { return r.GetBool(entry, key); });
  }
}

}  // namespace

std::vector<const Message*> SortedEntries(const FieldType& field, const Message& holder) {
  const Reflection& reflection = *holder.GetReflection();
  const int size = reflection.FieldSize(holder, field.descriptor);
  std::vector<const Message*> entries;
  entries.reserve(static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) {
    entries.push_back(&reflection.GetRepeatedMessage(holder, field.descriptor, i));
  }
  if (size > 1) SortByKey(field.message->fields[0].descriptor, entries);
  return entries;
}

}  // namespace caucus::edge::transcoding
