// Tells genuine tokens.

#ifndef AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_
#define AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "auth-service/keys/key_ring.h"
#include "auth-service/keys/verification_key.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/jwt_codec.h"
#include "auth-service/tokens/token_policy.h"
#include "common/time/clock.h"

namespace caucus::auth {

// Verifies tokens against the ring's keys and the policy (RFC 8725).
//
// Thread-safe. Everything it is given must outlive it.
class JwtVerifier {
 public:
  // A signature is computed only if `genuine` does not know it, and `genuine` is told.
  JwtVerifier(const KeyRing& ring, const TokenPolicy& policy, const Clock& clock,
              GenuineTokens& genuine)
      : ring_(ring), policy_(policy), clock_(clock), genuine_(genuine) {}

  // kUnauthenticated with reason TOKEN_EXPIRED if the token is genuine and only too old, with
  // reason TOKEN_INVALID and one same message for everything else. Domain auth.caucus.
  absl::StatusOr<VerifiedClaims> Verify(std::string_view token) const;

 private:
  absl::StatusOr<VerifiedClaims> VerifyParts(std::string_view token) const;
  bool IsGenuine(std::string_view token, const UnverifiedJwt& jwt,
                 const VerificationKey& key) const;

  const KeyRing& ring_;
  const TokenPolicy& policy_;
  const Clock& clock_;
  GenuineTokens& genuine_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_
