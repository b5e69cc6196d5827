// A non-blocking stream socket to Redis.

#ifndef COMMON_REDIS_REDIS_SOCKET_H_
#define COMMON_REDIS_REDIS_SOCKET_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus {

// Owns one file descriptor. Every failure is kUnavailable.
//
// Thread-compatible.
class RedisSocket {
 public:
  RedisSocket() = default;
  RedisSocket(RedisSocket&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  RedisSocket& operator=(RedisSocket&& other) noexcept;
  ~RedisSocket() { Close(); }

  // Begins to connect to `address` (see RedisOptions); when the socket becomes writable,
  // FinishConnect() tells how it went. Resolves names, which may block.
  //   kInvalidArgument  `address` has no such form.
  static absl::StatusOr<RedisSocket> Connect(const std::string& address);

  absl::Status FinishConnect();

  // Return how many bytes were moved; 0 if the socket is not ready. The peer's end is an error.
  absl::StatusOr<size_t> Read(std::span<char> buffer);
  absl::StatusOr<size_t> Write(std::string_view bytes);

  void Close();
  int fd() const { return fd_; }  // -1 if closed.

 private:
  explicit RedisSocket(int fd) : fd_(fd) {}

  int fd_ = -1;
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_SOCKET_H_
