// The --healthcheck mode of the edge, for container health checks: no other tool is needed in the
// image.

#ifndef EDGE_MAIN_HTTP_HEALTH_CHECK_H_
#define EDGE_MAIN_HTTP_HEALTH_CHECK_H_

#include <string>

namespace caucus::edge {

// Asks `http://<address>/readyz`. Returns an exit status: 0 if it answers 200 within two seconds,
// else 1. `address` is what the server listens on; 0.0.0.0 is asked at 127.0.0.1.
int RunHttpHealthCheck(const std::string& address);

}  // namespace caucus::edge

#endif  // EDGE_MAIN_HTTP_HEALTH_CHECK_H_
