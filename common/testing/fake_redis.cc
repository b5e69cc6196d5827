#include "common/testing/fake_redis.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

namespace caucus {
namespace {

constexpr int kPollMilliseconds = 20;
constexpr char kRole[] = "*3\r\n$6\r\nmaster\r\n:0\r\n*0\r\n";

// Takes one whole command (an array of bulk strings) off the front of `bytes`; empty if there is
// none.
std::vector<std::string> TakeCommand(std::string& bytes) {
  size_t at = 0;
  const auto take_number = [&]() -> long {
    const size_t end = bytes.find("\r\n", at);
    if (end == std::string::npos) return -1;
    const long number = strtol(bytes.c_str() + at + 1, nullptr, 10);
    at = end + 2;
    return number;
  };
  std::vector<std::string> command;
  const long count = take_number();
  for (long i = 0; i < count; ++i) {
    const long size = take_number();
    if (size < 0 || at + size + 2 > bytes.size()) return {};
    command.push_back(bytes.substr(at, size));
    at += size + 2;
  }
  if (count > 0) bytes.erase(0, at);
  return command;
}

bool IsReadable(int fd) {
  pollfd polled = {.fd = fd, .events = POLLIN};
  return poll(&polled, 1, kPollMilliseconds) > 0;
}

}  // namespace

FakeRedis::FakeRedis(Answer answer) : answer_(std::move(answer)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0) abort();
  if (getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) abort();
  if (listen(listener_, 16) != 0) abort();
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Run(); });
}

FakeRedis::~FakeRedis() {
  stopping_ = true;
  thread_.join();
  close(listener_);
}

void FakeRedis::Run() {
  while (!stopping_) {
    if (!IsReadable(listener_)) continue;
    const int fd = accept(listener_, nullptr, nullptr);
    if (fd < 0) continue;
    ++connections_;
    Serve(fd);
    close(fd);
  }
}

void FakeRedis::Serve(int fd) {
  std::string bytes;
  char buffer[4096];
  while (!stopping_) {
    if (!IsReadable(fd)) continue;
    const ssize_t count = recv(fd, buffer, sizeof(buffer), 0);
    if (count <= 0) return;
    bytes.append(buffer, count);
    for (auto command = TakeCommand(bytes); !command.empty(); command = TakeCommand(bytes)) {
      const std::optional<std::string> answer =
          command[0] == "PING"   ? std::optional<std::string>("+PONG\r\n")
          : command[0] == "ROLE" ? std::optional<std::string>(kRole)
                                 : answer_(command);
      if (!answer) return;
      send(fd, answer->data(), answer->size(), MSG_NOSIGNAL);
    }
  }
}

}  // namespace caucus
