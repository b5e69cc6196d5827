#include "edge/transcoding/message_codec.h"

#include "absl/strings/str_cat.h"

namespace caucus::edge::transcoding {

std::string GrpcMethodPath(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

absl::Status ParseFields(const MessageType& type, std::string_view bytes, WireFields& fields) {
  if (fields.Parse(type, bytes)) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("a message is no valid ", type.descriptor->full_name()));
}

}  // namespace caucus::edge::transcoding
