// An edge in a process of its own.

#ifndef TESTS_CONFORMANCE_EDGE_PROCESS_H_
#define TESTS_CONFORMANCE_EDGE_PROCESS_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"

namespace caucus::conformance {

// Runs the program edge_main; its log goes on to our stderr. It ends with us, however we end.
//
// Thread-compatible. Destroying it ends the process.
class EdgeProcess {
 public:
  // Starts it and waits until it serves. `on_end` is called, on another thread, when it ends.
  //   kUnavailable  it could not be started, or has ended at once: its log says why.
  static absl::StatusOr<std::unique_ptr<EdgeProcess>> Start(const std::string& file,
                                                            std::vector<std::string> flags,
                                                            std::function<void()> on_end);

  ~EdgeProcess();
  EdgeProcess(const EdgeProcess&) = delete;
  EdgeProcess& operator=(const EdgeProcess&) = delete;

  uint16_t port() const { return port_; }

  // Sends SIGTERM, waits for the end, and returns the exit status; not 0 if a signal ended it.
  int Stop();

 private:
  EdgeProcess(pid_t pid, int log, std::function<void()> on_end);
  void CopyLog(int log, std::promise<uint16_t> port, const std::function<void()>& on_end);

  const pid_t pid_;
  uint16_t port_ = 0;
  std::future<uint16_t> serving_port_;
  std::thread log_thread_;
};

}  // namespace caucus::conformance

#endif  // TESTS_CONFORMANCE_EDGE_PROCESS_H_
