// The entries of a map field in an order that does not change.

#ifndef EDGE_TRANSCODING_MAP_ENTRIES_H_
#define EDGE_TRANSCODING_MAP_ENTRIES_H_

#include <vector>

#include "absl/types/span.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/wire_fields.h"

namespace caucus::edge::transcoding {

// Thread-compatible. Its values are views into the map's holder and into itself.
class MapEntries {
 public:
  struct Entry {
    WireValue key;
    WireValue value;
  };

  // Reads the entries of `field`, a map. Returns false if one is malformed.
  bool Parse(const FieldType& field, const WireFields& holder);

  // Sorted by key; of entries with one key the last.
  absl::Span<const Entry> sorted() const { return entries_; }

 private:
  WireFields scratch_;
  std::vector<Entry> entries_;
};

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_MAP_ENTRIES_H_
