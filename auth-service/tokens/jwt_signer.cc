#include "auth-service/tokens/jwt_signer.h"

#include <openssl/rand.h>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "absl/status/status.h"
#include "auth-service/encoding/base64url.h"
#include "auth-service/keys/signing_key.h"
#include "auth-service/keys/verification_key.h"
#include "auth-service/tokens/claims.h"
#include "auth-service/tokens/jwt_codec.h"
#include "common/auth/token_digest.h"
#include "common/status/error_details.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

namespace json = boost::json;

absl::StatusOr<std::string> RandomId() {
  std::string bytes(16, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), 16) != 1) {
    return absl::InternalError("OpenSSL has no random bytes");
  }
  return EncodeBase64Url(bytes);
}

}  // namespace

absl::StatusOr<SignedJwt> JwtSigner::Sign(const TokenRequest& request) const {
  RETURN_IF_ERROR(CheckRequest(policy_, request));
  const std::int64_t issued = absl::ToUnixSeconds(clock_.Now());
  const std::int64_t expires = absl::ToUnixSeconds(clock_.Now() + request.lifetime);
  ASSIGN_OR_RETURN(const std::string id, RandomId());
  json::object payload = {{"iss", policy_.issuer},
                          {"sub", json::string(request.subject.data(), request.subject.size())},
                          {"aud", policy_.audience},
                          {"iat", issued},
                          {"exp", expires},
                          {"jti", id}};
  ASSIGN_OR_RETURN(json::object claims, ClaimsToJson(request.claims));
  for (auto& [name, value] : claims) payload[name] = std::move(value);

  const SigningKey& key = ring_.signing_key();
  const std::string signing_input =
      EncodeSigningInput({.algorithm = std::string(key.verification_key().algorithm()),
                          .key_id = key.verification_key().id()},
                         json::serialize(payload));
  ASSIGN_OR_RETURN(const std::string signature, key.Sign(signing_input));
  std::string token = EncodeJwt(signing_input, signature);
  if (token.size() > kTokenBytesMax) {
    return BadRequestError({{"claims", "claims and subject make the token too long"}});
  }
  genuine_.Insert(DigestToken(token));
  return SignedJwt{.token = std::move(token), .expire_time = absl::FromUnixSeconds(expires)};
}

}  // namespace caucus::auth
