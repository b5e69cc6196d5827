// A real redis-server for one test.

#ifndef COMMON_TESTING_REDIS_SERVER_H_
#define COMMON_TESTING_REDIS_SERVER_H_

#include <sys/types.h>

#include <string>
#include <vector>

namespace caucus {

// Starts redis-server in a directory of its own, with an append-only file, on a Unix socket and a
// free TCP port, without a password. The server dies with the object, and with the test's process.
//
// Thread-compatible. Dies (the test fails) if the server cannot be started.
class RedisServer {
 public:
  // `arguments` follow redis-server's own, e.g. {"--maxmemory", "2mb"}.
  explicit RedisServer(std::vector<std::string> arguments = {});
  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;
  ~RedisServer();

  // Addresses as in RedisOptions; the same after Restart().
  std::string unix_address() const { return "unix:" + directory_ + "/redis.sock"; }
  std::string tcp_address() const { return "127.0.0.1:" + std::to_string(port_); }

  // Makes the server a replica of `master`, and waits until it has all that the master has. Until
  // Restart(), if `master` does not end first.
  void Follow(const RedisServer& master);
  void Promote() { Command("REPLICAOF NO ONE"); }  // Makes a replica a master.

  // Sends `command`, words with spaces between, and returns what the server answers, as RESP.
  // REQUIRES: neither killed nor paused.
  std::string Command(const std::string& command) const;

  void Kill9();    // As a crash does.
  void Stop();     // As an operator does.
  void Restart();  // REQUIRES: killed or stopped. Keeps the data.
  void Pause();    // The server hangs until Resume().
  void Resume();

 private:
  void Start();
  void End(int signal);

  const std::vector<std::string> arguments_;
  std::string directory_;
  int port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace caucus

#endif  // COMMON_TESTING_REDIS_SERVER_H_
