#include "edge/backend/byte_buffer.h"

#include <vector>

#include "common/logging/logging.h"
#include "edge/backend/rpc_invoker.h"

namespace caucus::edge::backend {

grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

absl::StatusOr<std::string> ToMessage(const grpc::ByteBuffer& buffer, std::string_view method) {
  if (buffer.Length() > kMessageBytesMax) {
    Log(Severity::kError, "a service has sent too large a message",
        {{"method", method}, {"bytes", buffer.Length()}});
    return absl::InternalError("the message is too large");
  }
  std::string bytes;
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace caucus::edge::backend
