#include "auth-service/tokens/jwt_verifier.h"

#include <boost/json/object.hpp>

#include "absl/status/status.h"
#include "auth-service/encoding/strict_json.h"
#include "auth-service/keys/verification_key.h"
#include "auth-service/tokens/jwt_codec.h"
#include "common/auth/token_digest.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace caucus::auth {

absl::StatusOr<VerifiedClaims> JwtVerifier::Verify(std::string_view token) const {
  absl::StatusOr<VerifiedClaims> claims = VerifyParts(token);
  if (claims.ok()) return claims;
  if (absl::IsDeadlineExceeded(claims.status())) {
    return ErrorWithReason(absl::StatusCode::kUnauthenticated, "The token has expired",
                           {.domain = "auth.caucus", .reason = "TOKEN_EXPIRED"});
  }
  return ErrorWithReason(absl::StatusCode::kUnauthenticated, "The token is invalid",
                         {.domain = "auth.caucus", .reason = "TOKEN_INVALID"});
}

absl::StatusOr<VerifiedClaims> JwtVerifier::VerifyParts(std::string_view token) const {
  ASSIGN_OR_RETURN(const UnverifiedJwt jwt, DecodeJwt(token));
  const VerificationKey* key = ring_.Find(jwt.header.key_id);
  if (key == nullptr) return absl::InvalidArgumentError("unknown key");
  if (jwt.header.algorithm != key->algorithm()) {
    return absl::InvalidArgumentError("another algorithm than the key's");
  }
  if (!IsGenuine(token, jwt, *key)) {
    return absl::InvalidArgumentError("wrong signature");
  }
  ASSIGN_OR_RETURN(const boost::json::object payload, ParseJsonObject(jwt.payload));
  return CheckPayload(policy_, payload, clock_.Now());
}

bool JwtVerifier::IsGenuine(std::string_view token, const UnverifiedJwt& jwt,
                            const VerificationKey& key) const {
  const TokenDigest digest = DigestToken(token);
  if (genuine_.Contains(digest)) return true;
  if (!key.Verifies(jwt.signing_input, jwt.signature)) return false;
  genuine_.Insert(digest);
  return true;
}

}  // namespace caucus::auth
