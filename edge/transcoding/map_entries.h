// The entries of a map field in an order that does not change.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_MAP_ENTRIES_H_
#define EDGE_TRANSCODING_MAP_ENTRIES_H_

#include <vector>

#include "edge/transcoding/message_type.h"
#include "google/protobuf/message.h"

namespace caucus::edge::transcoding {

// Returns the entries of `field`, a map, sorted by key. They belong to `holder`.
std::vector<const google::protobuf::Message*> SortedEntries(
    const FieldType& field, const google::protobuf::Message& holder);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_MAP_ENTRIES_H_
