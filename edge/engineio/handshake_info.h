// What a connection's first HTTP request said, kept for as long as the connection lives.

#ifndef EDGE_ENGINEIO_HANDSHAKE_INFO_H_
#define EDGE_ENGINEIO_HANDSHAKE_INFO_H_

#include <string>
#include <utility>
#include <vector>

namespace caucus::edge::engineio {

// Immutable once the connection exists.
struct HandshakeInfo {
  std::string query;          // The query string, still percent-encoded, without `?`.
  std::string address;        // The client's address, without a port.
  std::string token;          // Header `token`.
  std::string authorization;  // Header `Authorization`.
  // The headers that a namespace wants to see, by name in lower case, each at most once; values cut
  // at 1 KiB, and not necessarily UTF-8.
  std::vector<std::pair<std::string, std::string>> headers = {};
};

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_HANDSHAKE_INFO_H_
