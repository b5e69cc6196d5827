#include "common/redis/redis_socket.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"

namespace caucus {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";

absl::Status SocketError(std::string_view what, int error) {
  return absl::UnavailableError(absl::StrCat("Redis: ", ToAbsl(what), ": ", strerror(error)));
}

bool IsUnderWay(int error) { return error == EINPROGRESS || error == EAGAIN; }

absl::StatusOr<int> ConnectTo(const sockaddr* address, socklen_t size) {
  const int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return SocketError("socket", errno);
  if (address->sa_family != AF_UNIX) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  if (connect(fd, address, size) != 0 && !IsUnderWay(errno)) {
    const int error = errno;
    close(fd);
    return SocketError("connect", error);
  }
  return fd;
}

absl::StatusOr<int> ConnectUnix(std::string_view path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError("Redis: the socket's path is empty or too long");
  }
  memcpy(address.sun_path, path.data(), path.size());
  return ConnectTo(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
}

absl::StatusOr<int> ConnectTcp(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == address.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Redis: address '", address, "' is neither host:port nor unix:/path"));
  }
  std::string host = address.substr(0, colon);
  if (host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);

  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), address.c_str() + colon + 1, &hints, &found)) {
    return absl::UnavailableError(absl::StrCat("Redis: ", host, ": ", gai_strerror(error)));
  }
  absl::StatusOr<int> fd = absl::UnavailableError("Redis: no address");
  for (const addrinfo* each = found; each != nullptr && !fd.ok(); each = each->ai_next) {
    fd = ConnectTo(each->ai_addr, each->ai_addrlen);
  }
  freeaddrinfo(found);
  return fd;
}

}  // namespace

RedisSocket& RedisSocket::operator=(RedisSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

absl::StatusOr<RedisSocket> RedisSocket::Connect(const std::string& address) {
  const std::string_view view = address;
  ASSIGN_OR_RETURN(int fd, view.substr(0, kUnixPrefix.size()) == kUnixPrefix
                               ? ConnectUnix(view.substr(kUnixPrefix.size()))
                               : ConnectTcp(address));
  return RedisSocket(fd);
}

absl::Status RedisSocket::FinishConnect() {
  int error = 0;
  socklen_t size = sizeof(error);
  if (getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  return error == 0 ? absl::OkStatus() : SocketError("connect", error);
}

absl::StatusOr<size_t> RedisSocket::Read(std::span<char> buffer) {
  const ssize_t count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count > 0) return static_cast<size_t>(count);
  if (count == 0) return absl::UnavailableError("Redis: the server closed the connection");
  if (errno == EAGAIN || errno == EINTR) return size_t{0};
  return SocketError("recv", errno);
}

absl::StatusOr<size_t> RedisSocket::Write(std::string_view bytes) {
  const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (count >= 0) return static_cast<size_t>(count);
  if (errno == EAGAIN || errno == EINTR) return size_t{0};
  return SocketError("send", errno);
}

void RedisSocket::Close() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

}  // namespace caucus
