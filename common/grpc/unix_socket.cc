#include "common/grpc/unix_socket.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace caucus {

bool IsUnixSocketServed(const std::string& address) {
  constexpr std::string_view kScheme = "unix:";
  if (!address.starts_with(kScheme)) return false;
  const std::string_view path = std::string_view(address).substr(kScheme.size());
  sockaddr_un socket_address{.sun_family = AF_UNIX, .sun_path = {}};
  if (path.size() >= sizeof(socket_address.sun_path)) return false;
  path.copy(socket_address.sun_path, path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  const int result =
      connect(fd, reinterpret_cast<const sockaddr*>(&socket_address), sizeof(socket_address));
  const bool is_served = result == 0 || errno == EAGAIN;  // Who listens may have much to accept.
  close(fd);
  return is_served;
}

}  // namespace caucus
