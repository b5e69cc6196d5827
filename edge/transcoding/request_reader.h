// JSON from clients as serialized requests: proto3's JSON mapping, and the field rules held against
// every value while its JSON type is still known.
//
// Members that no field has are ignored; null is an absent member. A field is found by its JSON
// name or, failing that, its proto name. Strings for integers are taken only where the mapping
// writes them, for 64 bits.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_REQUEST_READER_H_
#define EDGE_TRANSCODING_REQUEST_READER_H_

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/validation/violation_list.h"
#include "edge/transcoding/message_type.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// The fields of a message that clients cannot set, as a tree: a field is bound, or fields below it
// are. Immutable once it is built.
struct BoundFields {
  const google::protobuf::FieldDescriptor* field = nullptr;  // none at the root
  std::vector<BoundFields> below;                            // empty: `field` is bound itself
  size_t binding = 0;                                        // which one, if it is

  // Adds the field at the end of `path`.
  void Add(const std::vector<const google::protobuf::FieldDescriptor*>& path, size_t number);
  // Returns the node of a field of this message, or null if nothing of it is bound.
  const BoundFields* Find(const google::protobuf::FieldDescriptor* child) const;
};

// Returns the value of a binding.
using BoundText = absl::FunctionRef<std::string(size_t binding)>;

// Returns the value that a client gives a top-level field, or null. The result must outlive the
// call of ReadRequest.
using MemberLookup = absl::FunctionRef<const boost::json::value*(const FieldType&)>;

// Returns the member of `object` for `field`, or null.
const boost::json::value* FindMember(const boost::json::object& object, const FieldType& field);

// Returns the serialized message of `type`. Adds to `violations` in the order in which fields are
// declared; if there are any, the result is of no use.
std::string ReadRequest(const MessageType& type, MemberLookup members, const BoundFields& bound,
                        BoundText bound_text, ViolationList& violations);

// ReadRequest from the members of `value`; null, or anything but an object, has none.
std::string ReadRequestObject(const MessageType& type, const boost::json::value* value,
                              const BoundFields& bound, BoundText bound_text,
                              ViolationList& violations);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_REQUEST_READER_H_
