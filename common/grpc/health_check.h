// The client side of grpc.health.v1, for container probes: `auth-service --healthcheck`.
//
// Thread-safe: free functions without state.

#ifndef COMMON_GRPC_HEALTH_CHECK_H_
#define COMMON_GRPC_HEALTH_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace caucus {

// Asks the server at `target` for its overall health and waits for the answer.
//   kFailedPrecondition  it answered, but not SERVING.
//   otherwise            the call's error.
absl::Status CheckHealth(const std::string& target, absl::Duration timeout);

// Returns the exit status of a process that was started with --healthcheck: 0 if the server at the
// first of the addresses, separated by commas, says SERVING within two seconds, else 1 with the
// cause on stderr.
int RunHealthCheck(const std::string& listen_address);

}  // namespace caucus

#endif  // COMMON_GRPC_HEALTH_CHECK_H_
