// What a connection's first HTTP request said, kept for as long as the connection lives.

#ifndef EDGE_ENGINEIO_HANDSHAKE_INFO_H_
#define EDGE_ENGINEIO_HANDSHAKE_INFO_H_

#include <string>

namespace caucus::edge::engineio {

// Immutable once the connection exists.
struct HandshakeInfo {
  std::string query;          // The query string, still percent-encoded, without `?`.
  std::string address;        // The client's address, without a port.
  std::string token;          // Header `token`.
  std::string authorization;  // Header `Authorization`.
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_HANDSHAKE_INFO_H_
