#include "common/auth/token_digest.h"

#include "common/crypto/sha256.h"

namespace caucus {

TokenDigest DigestToken(std::string_view token) { return Sha256(token); }

}  // namespace caucus
