// Where Redis is, and how patient we are with it.

#ifndef COMMON_REDIS_REDIS_OPTIONS_H_
#define COMMON_REDIS_REDIS_OPTIONS_H_

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace caucus {

struct RedisOptions {
  // "host:port", "[v6]:port" or "unix:/path", or several of them with commas between: they are
  // tried in turn until one is a master. A server that is none, by its ROLE, is never used.
  std::string address = "127.0.0.1:6379";
  std::string username;  // Used only with a password; empty: the default user.
  std::string password;  // Empty: no AUTH.

  absl::Duration connect_timeout = absl::Seconds(2);  // Connecting, AUTH, PING and ROLE; of each.
  absl::Duration backoff_min = absl::Milliseconds(50);
  absl::Duration backoff_max = absl::Seconds(2);
  // Silence after which the server is asked for a sign of life; as long again, and the connection
  // is given up.
  absl::Duration ping_interval = absl::Seconds(5);

  // Commands sent or about to be sent whose answer has not come, late ones included.
  size_t in_flight_max = 10'000;
};

// How many replicas must have what an answer tells.
struct ReplicaAcks {
  size_t count = 0;  // 0: the master alone will do.
  // How long they are waited for; less than ping_interval, for the server is silent meanwhile.
  absl::Duration timeout = absl::Milliseconds(500);
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_OPTIONS_H_
