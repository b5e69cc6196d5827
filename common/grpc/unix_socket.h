// Whether a Unix socket is in use.
//
// Thread-safe: a free function without state.

#ifndef COMMON_GRPC_UNIX_SOCKET_H_
#define COMMON_GRPC_UNIX_SOCKET_H_

#include <string>

namespace caucus {

// Returns whether a process listens at `address`, false if it is not "unix:/path". gRPC takes a
// socket's file away from whoever has it, as it cannot tell it from one left by a dead process.
bool IsUnixSocketServed(const std::string& address);

}  // namespace caucus

#endif  // COMMON_GRPC_UNIX_SOCKET_H_
