// SHA-256 (FIPS 180-4).
//
// Thread-safe: free functions without state.

#ifndef COMMON_CRYPTO_SHA256_H_
#define COMMON_CRYPTO_SHA256_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace caucus {

using Sha256Digest = std::array<std::uint8_t, 32>;

// Returns the digest of `bytes`. OpenSSL's own SHA256() looks its implementation up by name at each
// call, which takes longer than to digest a token; here that is done once.
Sha256Digest Sha256(std::string_view bytes);

}  // namespace caucus

#endif  // COMMON_CRYPTO_SHA256_H_
