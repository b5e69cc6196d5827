#include "common/testing/redis_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace caucus {
namespace {

constexpr int kStartAttempts = 5;
constexpr char kOk[] = "+OK\r\n";
constexpr absl::Duration kStartTimeout = absl::Seconds(20);

[[noreturn]] void Die(const char* what) {
  perror(what);
  abort();
}

int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) Die("bind");
  if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) Die("getsockname");
  close(fd);
  return ntohs(address.sin_port);
}

// Returns what the server answers to `command`; "" if there is none.
std::string Ask(const std::string& path, const std::string& command) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
  // QUIT ends the connection behind the answer.
  const std::string bytes = command + "\r\nQUIT\r\n";
  std::string answer;
  if (connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0 &&
      send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size())) {
    char buffer[4096];
    for (ssize_t count; (count = recv(fd, buffer, sizeof(buffer), 0)) > 0;) {
      answer.append(buffer, count);
    }
  }
  close(fd);
  const size_t quit = answer.rfind(kOk);
  return quit == std::string::npos ? "" : answer.substr(0, quit);
}

// Not while it still loads.
bool Answers(const std::string& path) { return Ask(path, "PING") == "+PONG\r\n"; }

}  // namespace

RedisServer::RedisServer(std::vector<std::string> arguments) : arguments_(std::move(arguments)) {
  // Not below TEST_TMPDIR: a Unix socket's path has room for 107 bytes.
  char directory[] = "/tmp/redis_server_XXXXXX";
  if (mkdtemp(directory) == nullptr) Die("mkdtemp");
  directory_ = directory;
  Start();
}

RedisServer::~RedisServer() {
  if (pid_ > 0) End(SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

void RedisServer::Follow(const RedisServer& master) {
  Command("REPLICAOF 127.0.0.1 " + std::to_string(master.port_));
  const absl::Time give_up = absl::Now() + kStartTimeout;
  while (Command("INFO replication").find("master_link_status:up") == std::string::npos) {
    if (absl::Now() > give_up) Die("the replica does not reach its master");
    absl::SleepFor(absl::Milliseconds(5));
  }
  // Its link is up before the master sends it what is new.
  const std::string answer = master.Command("PUBLISH follow me\r\nWAIT 1 20000");
  if (answer.find(":0\r\n", 1) != std::string::npos) Die("the replica does not follow its master");
}

std::string RedisServer::Command(const std::string& command) const {
  return Ask(directory_ + "/redis.sock", command);
}

void RedisServer::Kill9() { End(SIGKILL); }
void RedisServer::Stop() { End(SIGTERM); }
void RedisServer::Restart() { Start(); }
void RedisServer::Pause() { kill(pid_, SIGSTOP); }
void RedisServer::Resume() { kill(pid_, SIGCONT); }

void RedisServer::Start() {
  const std::string socket_path = directory_ + "/redis.sock";
  for (int attempt = 0; attempt < kStartAttempts; ++attempt) {
    if (port_ == 0) port_ = FreePort();
    std::vector<std::string> words = {"redis-server",
                                      "--port",
                                      std::to_string(port_),
                                      "--bind",
                                      "127.0.0.1",
                                      "--unixsocket",
                                      socket_path,
                                      "--dir",
                                      directory_,
                                      "--appendonly",
                                      "yes",
                                      "--appendfsync",
                                      "always",
                                      "--save",
                                      "",
                                      "--repl-diskless-sync-delay",
                                      "0",
                                      "--enable-debug-command",
                                      "yes",
                                      "--logfile",
                                      directory_ + "/log"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);

    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0) Die("fork");
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(1);
      execvp(argv[0], argv.data());
      _exit(127);
    }
    const absl::Time give_up = absl::Now() + kStartTimeout;
    while (absl::Now() < give_up) {
      if (Answers(socket_path)) return;
      if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;  // Somebody else took the port.
      absl::SleepFor(absl::Milliseconds(5));
    }
    port_ = 0;
  }
  Die("redis-server does not start");
}

void RedisServer::End(int signal) {
  kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

}  // namespace caucus
