#include "edge/engineio/session_id.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "absl/strings/escaping.h"
#include "common/text/absl_view.h"

namespace caucus::edge::engineio {
namespace {

constexpr size_t kRandomBytes = 14;

}  // namespace

RandomSource KernelRandom() {
  return [](std::span<uint8_t> out) {
    while (!out.empty()) {
      const ssize_t filled = getrandom(out.data(), out.size(), 0);
      if (filled > 0) {
        out = out.subspan(static_cast<size_t>(filled));
      } else if (errno != EINTR) {
        std::abort();  // A kernel without getrandom cannot run this process safely.
      }
    }
  };
}

SessionIdGenerator::SessionIdGenerator(uint8_t shard, RandomSource random)
    : shard_(shard), random_(std::move(random)), used_(pool_.size()) {}

std::string SessionIdGenerator::Next() {
  if (used_ == pool_.size()) {
    random_(pool_);
    used_ = 0;
  }
  std::array<char, 1 + kRandomBytes> bytes;
  bytes[0] = static_cast<char>(shard_);
  std::memcpy(&bytes[1], &pool_[used_], kRandomBytes);
  std::memset(&pool_[used_], 0, kRandomBytes);
  used_ += kRandomBytes;
  return absl::WebSafeBase64Escape({bytes.data(), bytes.size()});
}

std::optional<uint8_t> ShardOf(std::string_view id) {
  std::string bytes;
  if (id.size() != kSessionIdLength || !absl::WebSafeBase64Unescape(ToAbsl(id), &bytes) ||
      bytes.size() != 1 + kRandomBytes) {
    return std::nullopt;
  }
  return static_cast<uint8_t>(bytes[0]);
}

}  // namespace caucus::edge::engineio
