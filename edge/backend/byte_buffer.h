// Strings to and from gRPC's byte buffers.
//
// Thread-safe: free functions without state.

#ifndef EDGE_BACKEND_BYTE_BUFFER_H_
#define EDGE_BACKEND_BYTE_BUFFER_H_

#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <vector>

namespace caucus::edge::backend {

inline grpc::ByteBuffer ToByteBuffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return grpc::ByteBuffer(&slice, 1);
}

inline std::string ToString(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  if (!buffer.Dump(&slices).ok()) return {};
  std::string bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_BYTE_BUFFER_H_
