// Ids of Engine.IO sessions and Socket.IO sockets: 20 characters of `[A-Za-z0-9_-]`, as the
// reference makes them (its adapters look for that length).
//
//     id := base64url(shard, 14 random bytes)
//
// The 112 random bits come from the kernel: a session id is the only key to a polling session.

#ifndef EDGE_ENGINEIO_SESSION_ID_H_
#define EDGE_ENGINEIO_SESSION_ID_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace caucus::edge::engineio {

inline constexpr size_t kSessionIdLength = 20;

// Fills a buffer with unpredictable bytes. Tests pass their own.
using RandomSource = std::function<void(std::span<uint8_t>)>;

// Reads from getrandom(2).
RandomSource KernelRandom();

// Makes ids that carry one shard's number. Confined to its shard.
class SessionIdGenerator {
 public:
  explicit SessionIdGenerator(uint8_t shard, RandomSource random = KernelRandom());

  std::string Next();

 private:
  const uint8_t shard_;
  const RandomSource random_;
  // Random bytes are fetched for many ids at a time: a system call for each would be the dearest
  // part.
  std::array<uint8_t, 14 * 64> pool_;
  size_t used_;
};

// Returns the shard in an id, or nothing if `id` is no id.
std::optional<uint8_t> ShardOf(std::string_view id);

}  // namespace caucus::edge::engineio

#endif  // EDGE_ENGINEIO_SESSION_ID_H_
