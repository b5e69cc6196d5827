// Messages as JSON for clients: proto3's JSON mapping, with every default written.
//
// Absent message fields, absent `optional` fields and unset members of a oneof are left out, and so
// is every caucus.socketio.v1.Effects. The members of a map are sorted by key: equal messages have
// equal JSON. `bytes` are base64 in JSON alone, and attachments in arguments.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_JSON_WRITER_H_
#define EDGE_TRANSCODING_JSON_WRITER_H_

#include <string>

#include "absl/status/statusor.h"
#include "edge/transcoding/arguments.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/wire_fields.h"

namespace caucus::edge::transcoding {

// Returns `message` as JSON.
//   kInternal    a message in it is malformed, or a Timestamp or Duration is out of its range.
absl::StatusOr<std::string> WriteJson(const WireFields& message);

// Returns the value of `field` of `holder`; `null` if the field is absent. Errors as above.
absl::StatusOr<std::string> WriteFieldJson(const FieldType& field, const WireFields& holder);

// Return the one argument that an event or ack has: a message, or a field.
//   kInternal    as above, or there are more than kAttachmentsMax attachments.
absl::StatusOr<Arguments> WriteArguments(const WireFields& message);
absl::StatusOr<Arguments> WriteFieldArguments(const FieldType& field, const WireFields& holder);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_JSON_WRITER_H_
