// Tells genuine tokens.

#ifndef AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_
#define AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "auth-service/keys/key_ring.h"
#include "auth-service/tokens/token_policy.h"
#include "common/time/clock.h"

namespace caucus::auth {

// Verifies tokens against the ring's keys and the policy (RFC 8725).
//
// Thread-safe. `ring`, `policy` and `clock` must outlive it.
class JwtVerifier {
 public:
  JwtVerifier(const KeyRing& ring, const TokenPolicy& policy, const Clock& clock)
      : ring_(ring), policy_(policy), clock_(clock) {}

  // kUnauthenticated with reason TOKEN_EXPIRED if the token is genuine and only too old, with
  // reason TOKEN_INVALID and one same message for everything else. Domain auth.caucus.
  absl::StatusOr<VerifiedClaims> Verify(std::string_view token) const;

 private:
  absl::StatusOr<VerifiedClaims> VerifyParts(std::string_view token) const;

  const KeyRing& ring_;
  const TokenPolicy& policy_;
  const Clock& clock_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_JWT_VERIFIER_H_
