// JSON from clients as request messages: proto3's JSON mapping, and the field rules held against
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
#include <vector>

#include "absl/functional/function_ref.h"
#include "common/validation/violation_list.h"
#include "edge/transcoding/message_type.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace caucus::edge::transcoding {

// The fields of a message that clients cannot set, as a tree: a field is bound, or fields below it
// are. Immutable once it is built.
struct BoundFields {
  const google::protobuf::FieldDescriptor* field = nullptr;  // none at the root
  std::vector<BoundFields> below;                            // empty: `field` is bound itself

  // Adds the field at the end of `path`.
  void Add(const std::vector<const google::protobuf::FieldDescriptor*>& path);
  // Returns the node of a field of this message, or null if nothing of it is bound.
  const BoundFields* Find(const google::protobuf::FieldDescriptor* child) const;
};

// Returns the value that a client gives a top-level field, or null. The result must outlive the
// call of ReadRequest.
using MemberLookup = absl::FunctionRef<const boost::json::value*(const FieldType&)>;

// Returns the member of `object` for `field`, or null.
const boost::json::value* FindMember(const boost::json::object& object, const FieldType& field);

// Fills `message`, which is of `type` and empty, but for the bound fields. Adds to `violations` in
// the order in which fields are declared; if there are any, `message` is of no use.
void ReadRequest(const MessageType& type, MemberLookup members, const BoundFields& bound,
                 google::protobuf::Message& message, ViolationList& violations);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_REQUEST_READER_H_
