// Makes tokens.

#ifndef AUTH_SERVICE_TOKENS_JWT_SIGNER_H_
#define AUTH_SERVICE_TOKENS_JWT_SIGNER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "auth-service/keys/key_ring.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/token_policy.h"
#include "common/time/clock.h"

namespace caucus::auth {

struct SignedJwt {
  std::string token;
  absl::Time expire_time;  // A whole second.
};

// Signs tokens with the ring's signing key.
//
// Thread-safe. Everything it is given must outlive it.
class JwtSigner {
 public:
  // `genuine` is told of each token.
  JwtSigner(const KeyRing& ring, const TokenPolicy& policy, const Clock& clock,
            GenuineTokens& genuine)
      : ring_(ring), policy_(policy), clock_(clock), genuine_(genuine) {}

  // kInvalidArgument with google.rpc.BadRequest: see CheckRequest; also if the token would be
  // longer than kTokenBytesMax.
  absl::StatusOr<SignedJwt> Sign(const TokenRequest& request) const;

 private:
  const KeyRing& ring_;
  const TokenPolicy& policy_;
  const Clock& clock_;
  GenuineTokens& genuine_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_JWT_SIGNER_H_
