// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037 §2).
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_KEYS_JWKS_DOCUMENT_H_
#define AUTH_SERVICE_KEYS_JWKS_DOCUMENT_H_

#include <string>

#include "auth-service/keys/key_ring.h"

namespace caucus::auth {

// Returns e.g. {"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":…,"x":…}]},
// the signing key first. Holds nothing secret.
std::string JwksDocument(const KeyRing& ring);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_JWKS_DOCUMENT_H_
