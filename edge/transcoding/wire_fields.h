// A serialized message as its fields, read from protobuf's wire format without making a message:
// with reflection, that was most of what a response cost (BM_DecodeResponse).
//
// What the wire may hold and a message does not is sorted out: of a scalar the last value counts,
// pieces of one message are put together, of a oneof only the last member is left, packed and
// single items are the same. Unknown fields are left out.

#ifndef EDGE_TRANSCODING_WIRE_FIELDS_H_
#define EDGE_TRANSCODING_WIRE_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <string>
#include <string_view>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "edge/transcoding/message_type.h"

namespace caucus::edge::transcoding {

// How deep messages may nest, as protobuf's own parser has it.
inline constexpr int kWireDepthMax = 100;

// One value of a field, or one item of a repeated field.
struct WireValue {
  const FieldType* field = nullptr;
  // A number, bool or enum: an integer's value, those with a sign extended to 64 bits; the bits of
  // a double or float. The default of an absent field is 0.
  uint64_t bits = 0;
  // A string or bytes, or a serialized message.
  std::string_view data = {};
};

// Thread-compatible. Its values are views into the bytes that it was given and into itself.
class WireFields {
 public:
  WireFields() = default;
  WireFields(const WireFields&) = delete;
  WireFields& operator=(const WireFields&) = delete;

  // Reads the fields of `bytes`, a message of `type`, instead of what it had before; views of that
  // stay valid. Messages in it are not looked into. Returns false if `bytes` are no such message.
  bool Parse(const MessageType& type, std::string_view bytes);

  // REQUIRES: of what follows, that Parse has returned true.
  const MessageType& type() const { return *type_; }

  // Returns all items; of a singular field, one or none. REQUIRES: a field of this type.
  absl::Span<const WireValue> All(const FieldType& field) const;

  // Returns the value of a singular field, or null if it is absent.
  const WireValue* Find(const FieldType& field) const {
    const absl::Span<const WireValue> all = All(field);
    return all.empty() ? nullptr : &all.front();
  }
  // Likewise; an absent field has its default.
  WireValue Get(const FieldType& field) const {
    const WireValue* const found = Find(field);
    return found == nullptr ? WireValue{.field = &field} : *found;
  }

 private:
  class Reader;

  void Add(const WireValue& value);
  void Normalize();
  std::string_view Join(absl::Span<const WireValue> pieces);

  const MessageType* type_ = nullptr;
  absl::InlinedVector<WireValue, 12> values_;  // In the order of the fields' declaration.
  std::forward_list<std::string> joined_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_WIRE_FIELDS_H_
