// What event, feed and HTTP rules share in making requests and reading responses.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_MESSAGE_CODEC_H_
#define EDGE_TRANSCODING_MESSAGE_CODEC_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "edge/transcoding/message_type.h"
#include "google/protobuf/arena.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace caucus::edge::transcoding {

// Returns "/chat.v1.ChatService/Say".
std::string GrpcMethodPath(const google::protobuf::MethodDescriptor& method);

// Returns the message that `bytes` hold, owned by `arena`.
//   kInternal    they hold none of this type.
absl::StatusOr<const google::protobuf::Message*> ParseMessage(const MessageType& type,
                                                              std::string_view bytes,
                                                              google::protobuf::Arena& arena);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_MESSAGE_CODEC_H_
