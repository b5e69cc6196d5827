// Single JSON values as scalar fields.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_SCALAR_READER_H_
#define EDGE_TRANSCODING_SCALAR_READER_H_

#include <boost/json/value.hpp>
#include <string_view>

#include "common/validation/value_check.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/wire_writer.h"

namespace caucus::edge::transcoding {

// Where a value goes. A repeated field gets a new item.
struct ScalarSlot {
  WireWriter& out;
  const FieldType& field;
};

// Writes `value`, or reports what it must be. REQUIRES: the field holds no messages.
void ReadScalar(const boost::json::value& value, const ScalarSlot& slot,
                const CheckedField& checked);

// Writes the key of a map's member, which JSON gives as a string whatever the key's type.
void ReadMapKey(std::string_view key, const ScalarSlot& slot, const CheckedField& checked);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_SCALAR_READER_H_
