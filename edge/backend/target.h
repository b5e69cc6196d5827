// Where a service is.

#ifndef EDGE_BACKEND_TARGET_H_
#define EDGE_BACKEND_TARGET_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace caucus::edge::backend {

// A subset of gRPC's names: `host:port`, `dns:///host:port`, `ipv4:address:port,address:port`,
// likewise `ipv6:[address]:port`, `unix:path`, `unix:///absolute/path`. A host is a name, all of
// whose addresses are used, or an address.
struct Target {
  struct Host {
    std::string name;
    std::string port;
  };
  std::vector<Host> hosts;
  std::string unix_path;  // Not empty: a Unix socket, and there are no hosts.

  // What the requests' `:authority` says.
  std::string Authority() const;
};

//   kInvalidArgument  `text` is none of the above.
absl::StatusOr<Target> ParseTarget(std::string_view text);

}  // namespace caucus::edge::backend

#endif  // EDGE_BACKEND_TARGET_H_
