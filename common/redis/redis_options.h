// Where Redis is, and how patient we are with it.

#ifndef COMMON_REDIS_REDIS_OPTIONS_H_
#define COMMON_REDIS_REDIS_OPTIONS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace caucus {

struct RedisOptions {
  std::string address = "127.0.0.1:6379";  // "host:port", "[v6]:port" or "unix:/path".
  std::string username;                    // Used only with a password; empty: the default user.
  std::string password;                    // Empty: no AUTH.

  absl::Duration connect_timeout = absl::Seconds(2);  // Connecting, AUTH and the first PING.
  absl::Duration backoff_min = absl::Milliseconds(50);
  absl::Duration backoff_max = absl::Seconds(2);
  // Silence after which the server is asked for a sign of life; as long again, and the connection
  // is given up.
  absl::Duration ping_interval = absl::Seconds(5);

  // Commands sent or about to be sent whose answer has not come, late ones included.
  size_t in_flight_max = 10'000;
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_OPTIONS_H_
