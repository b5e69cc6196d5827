// What stands for a token where it is only compared, so that tokens do not lie in memory.
//
// Thread-safe: free functions without state.

#ifndef COMMON_AUTH_TOKEN_DIGEST_H_
#define COMMON_AUTH_TOKEN_DIGEST_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace caucus {

// SHA-256. Usable as a key of abseil's hash containers.
using TokenDigest = std::array<std::uint8_t, 32>;

TokenDigest DigestToken(std::string_view token);

}  // namespace caucus

#endif  // COMMON_AUTH_TOKEN_DIGEST_H_
