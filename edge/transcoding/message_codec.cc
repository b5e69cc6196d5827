#include "edge/transcoding/message_codec.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace caucus::edge::transcoding {

using google::protobuf::Message;

std::string GrpcMethodPath(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

absl::StatusOr<const Message*> ParseMessage(const MessageType& type, std::string_view bytes,
                                            google::protobuf::Arena& arena) {
  Message* const message = type.prototype->New(&arena);
  if (!message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::InternalError(
        absl::StrCat("a message is no valid ", type.descriptor->full_name()));
  }
  return message;
}

}  // namespace caucus::edge::transcoding
