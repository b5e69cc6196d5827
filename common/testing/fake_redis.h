// A server that speaks as a test tells it to: bad, late and lost answers.

#ifndef COMMON_TESTING_FAKE_REDIS_H_
#define COMMON_TESTING_FAKE_REDIS_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace caucus {

// Accepts one connection at a time on a free TCP port, answers PING with PONG and ROLE with
// master, and every other command as `answer` says.
//
// Thread-safe.
class FakeRedis {
 public:
  // Returns the bytes to send for a command, given as its arguments; "" is no answer; nullopt
  // closes the connection. Runs on the fake's thread.
  using Answer = std::function<std::optional<std::string>(const std::vector<std::string>&)>;

  explicit FakeRedis(Answer answer);
  FakeRedis(const FakeRedis&) = delete;
  FakeRedis& operator=(const FakeRedis&) = delete;
  ~FakeRedis();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }  // Accepted so far.

 private:
  void Run();
  void Serve(int fd);

  const Answer answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace caucus

#endif  // COMMON_TESTING_FAKE_REDIS_H_
