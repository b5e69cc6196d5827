// Top-level fields of responses and streamed messages that the edge reads for itself.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_RESPONSE_FIELD_H_
#define EDGE_TRANSCODING_RESPONSE_FIELD_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace caucus::edge::transcoding {

// Returns the type's top-level field of type caucus.socketio.v1.Effects, or null.
//   kInvalidArgument    there are two, or it is repeated or in a oneof.
absl::StatusOr<const google::protobuf::FieldDescriptor*> FindEffectsField(
    const google::protobuf::Descriptor& type);

// Returns the effects in `field` of `message`; none if `field` is null or absent.
//   kInternal    they are malformed.
absl::StatusOr<::caucus::socketio::v1::Effects> ReadEffects(
    const WireFields& message, const google::protobuf::FieldDescriptor* field);

// Returns the top-level singular integer field called `name`, or null.
const google::protobuf::FieldDescriptor* FindIntegerField(const google::protobuf::Descriptor& type,
                                                          const std::string& name);

// Values beyond the greatest int64 are that. REQUIRES: `field` is an integer field of `message`.
int64_t ReadInteger(const WireFields& message, const google::protobuf::FieldDescriptor& field);

// Sets an integer field; what its type cannot hold becomes the nearest that it can.
void WriteInteger(google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, int64_t value);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_RESPONSE_FIELD_H_
