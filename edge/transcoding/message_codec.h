// What event, feed and HTTP rules share in making requests and reading responses.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_MESSAGE_CODEC_H_
#define EDGE_TRANSCODING_MESSAGE_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "edge/transcoding/message_type.h"
#include "edge/transcoding/wire_fields.h"
#include "google/protobuf/descriptor.h"

namespace caucus::edge::transcoding {

// Returns "/chat.v1.ChatService/Say".
std::string GrpcMethodPath(const google::protobuf::MethodDescriptor& method);

// Reads the fields of a response or a request from its bytes, which must outlive `fields`.
//   kInternal    they hold none of this type.
absl::Status ParseFields(const MessageType& type, std::string_view bytes, WireFields& fields);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_MESSAGE_CODEC_H_
