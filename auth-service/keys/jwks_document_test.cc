#include "auth-service/keys/jwks_document.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "auth-service/encoding/base64url.h"
#include "auth-service/keys/signing_key.h"

namespace caucus::auth {
namespace {

std::string Jwk(const VerificationKey& key) {
  return R"({"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","kid":")" + key.id() +
         R"(","x":")" + EncodeBase64Url(key.bytes()) + R"("})";
}

TEST(JwksDocumentTest, ListsPublicKeysTheSigningOneFirst) {
  std::vector<SigningKey> keys;
  keys.push_back(SigningKey::Generate().value());
  keys.push_back(SigningKey::Generate().value());
  const KeyRing ring(std::move(keys));
  EXPECT_EQ(JwksDocument(ring), "{\"keys\":[" + Jwk(ring.keys()[1].verification_key()) + "," +
                                    Jwk(ring.keys()[0].verification_key()) + "]}");
}

}  // namespace
}  // namespace caucus::auth
