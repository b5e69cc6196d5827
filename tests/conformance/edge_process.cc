#include "tests/conformance/edge_process.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace caucus::conformance {
namespace {

// The port in the log record that says that the edge serves; 0 if this is another record.
uint16_t ServingPort(std::string_view record) {
  constexpr std::string_view kPort = R"("port":)";
  if (record.find(R"("serving")") == std::string_view::npos) return 0;
  const size_t at = record.find(kPort);
  if (at == std::string_view::npos) return 0;
  return static_cast<uint16_t>(
      std::strtoul(std::string(record.substr(at + kPort.size(), 5)).c_str(), nullptr, 10));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EdgeProcess>> EdgeProcess::Start(const std::string& file,
                                                                std::vector<std::string> flags,
                                                                std::function<void()> on_end) {
  std::vector<char*> arguments;
  flags.insert(flags.begin(), file);
  for (std::string& flag : flags) arguments.push_back(flag.data());
  arguments.push_back(nullptr);
  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) return absl::UnavailableError("no pipe");
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return absl::UnavailableError("cannot fork");
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    execv(file.c_str(), arguments.data());
    perror(file.c_str());
    _exit(127);
  }
  close(pipe_ends[1]);
  std::unique_ptr<EdgeProcess> process(new EdgeProcess(pid, pipe_ends[0], std::move(on_end)));
  process->port_ = process->serving_port_.get();
  if (process->port_ == 0) return absl::UnavailableError(absl::StrCat(file, " has ended"));
  return process;
}

EdgeProcess::EdgeProcess(pid_t pid, int log, std::function<void()> on_end) : pid_(pid) {
  std::promise<uint16_t> port;
  serving_port_ = port.get_future();
  log_thread_ =
      std::thread([this, log, port = std::move(port), on_end = std::move(on_end)]() mutable {
        CopyLog(log, std::move(port), on_end);
      });
}

EdgeProcess::~EdgeProcess() {
  if (log_thread_.joinable()) Stop();
}

int EdgeProcess::Stop() {
  kill(pid_, SIGTERM);
  log_thread_.join();
  int status = 0;
  if (waitpid(pid_, &status, 0) != pid_ || !WIFEXITED(status)) return 1;
  return WEXITSTATUS(status);
}

void EdgeProcess::CopyLog(int log, std::promise<uint16_t> port,
                          const std::function<void()>& on_end) {
  FILE* const lines = fdopen(log, "r");
  char* line = nullptr;
  size_t capacity = 0;
  bool serves = false;
  while (getline(&line, &capacity, lines) >= 0) {
    std::fputs(line, stderr);
    const uint16_t found = serves ? 0 : ServingPort(line);
    if (found == 0) continue;
    serves = true;
    port.set_value(found);
  }
  std::free(line);
  std::fclose(lines);
  if (!serves) port.set_value(0);
  if (serves) on_end();
}

}  // namespace caucus::conformance
