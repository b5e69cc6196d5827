// Strings to and from gRPC's byte buffers.
//
// Thread-safe: free functions without state.

#ifndef EDGE_BACKEND_BYTE_BUFFER_H_
#define EDGE_BACKEND_BYTE_BUFFER_H_

#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::edge::backend {

grpc::ByteBuffer ToByteBuffer(const std::string& bytes);

// Returns a message that a service has sent.
//   kInternal  it is larger than kMessageBytesMax, which is logged with the method
absl::StatusOr<std::string> ToMessage(const grpc::ByteBuffer& buffer, std::string_view method);

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_BYTE_BUFFER_H_
