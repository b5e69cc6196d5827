#include "edge/transcoding/map_entries.h"

#include <algorithm>
#include <string>

#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

bool KeyLess(const FieldDescriptor& key, const Message& a, const Message& b) {
  const Reflection& reflection = *a.GetReflection();
  switch (key.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch_a;
      std::string scratch_b;
      return reflection.GetStringReference(a, &key, &scratch_a) <
             reflection.GetStringReference(b, &key, &scratch_b);
    }
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(a, &key) < reflection.GetInt32(b, &key);
    case FieldDescriptor::CPPTYPE_UINT32:
      return reflection.GetUInt32(a, &key) < reflection.GetUInt32(b, &key);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.GetInt64(a, &key) < reflection.GetInt64(b, &key);
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.GetUInt64(a, &key) < reflection.GetUInt64(b, &key);
    default:
      return reflection.GetBool(a, &key) < reflection.GetBool(b, &key);
  }
}

}  // namespace

std::vector<const Message*> SortedEntries(const FieldType& field, const Message& holder) {
  const Reflection& reflection = *holder.GetReflection();
  const FieldDescriptor& key = *field.message->fields[0].descriptor;
  const int size = reflection.FieldSize(holder, field.descriptor);
  std::vector<const Message*> entries;
  entries.reserve(static_cast<size_t>(size));
  for (int i = 0; i < size; ++i) {
    entries.push_back(&reflection.GetRepeatedMessage(holder, field.descriptor, i));
  }
  std::sort(entries.begin(), entries.end(),
            [&](const Message* a, const Message* b) { return KeyLess(key, *a, *b); });
  return entries;
}

}  // namespace caucus::edge::transcoding
