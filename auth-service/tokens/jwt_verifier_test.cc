#include "auth-service/tokens/jwt_verifier.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "auth-service/encoding/base64url.h"
#include "auth-service/keys/signing_key.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/jwt_codec.h"
#include "auth-service/tokens/jwt_signer.h"
#include "common/auth/token_digest.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"

namespace caucus::auth {
namespace {

using testing::Eq;
using testing::Optional;

KeyRing MakeRing(int keys_count) {
  std::vector<SigningKey> keys;
  for (int i = 0; i < keys_count; ++i) keys.push_back(SigningKey::Generate().value());
  return KeyRing(std::move(keys));
}

std::string Hs256(std::string_view key, std::string_view message) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac, &size);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

class JwtVerifierTest : public testing::Test {
 protected:
  std::string Issue() {
    return JwtSigner(ring_, policy_, clock_, issued_)
        .Sign({.subject = "ann", .claims = {}, .lifetime = absl::Minutes(5)})
        ->token;
  }

  // A token with any payload, signed by the real key.
  std::string SignPayload(std::string_view payload) {
    const std::string input =
        EncodeSigningInput({.algorithm = "EdDSA", .key_id = KeyId()}, payload);
    return EncodeJwt(input, ring_.signing_key().Sign(input).value());
  }

  std::string GoodPayload(const std::string& rest = "") {
    return absl::StrCat(R"({"iss":"caucus","aud":"caucus","sub":"ann","exp":)", Now() + 60, rest,
                        "}");
  }

  void ExpectInvalid(std::string_view token, const std::string& what) {
    const absl::StatusOr<VerifiedClaims> result = verifier_.Verify(token);
    EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated, "The token is invalid"))
        << what;
    EXPECT_THAT(ReasonOf(result.status()), Optional(Eq("TOKEN_INVALID"))) << what;
  }

  const VerificationKey& key() const { return ring_.signing_key().verification_key(); }
  const std::string& KeyId() const { return key().id(); }
  std::int64_t Now() const { return absl::ToUnixSeconds(clock_.Now()); }

  const KeyRing ring_ = MakeRing(2);
  const TokenPolicy policy_ = {};
  FakeClock clock_;
  GenuineTokens issued_;   // Not known to the verifier, which has to compute.
  GenuineTokens genuine_;  // Known to it.
  const JwtVerifier verifier_{ring_, policy_, clock_, genuine_};
};

TEST_F(JwtVerifierTest, TakesWhatTheSignerIssued) {
  ASSERT_OK_AND_ASSIGN(const VerifiedClaims claims, verifier_.Verify(Issue()));
  EXPECT_EQ(claims.subject, "ann");
  EXPECT_EQ(claims.expire_time, clock_.Now() + absl::Minutes(5));
}

TEST_F(JwtVerifierTest, TakesAHandMadePayloadOfTheRealKey) {
  EXPECT_OK(verifier_.Verify(SignPayload(GoodPayload())));
}

TEST_F(JwtVerifierTest, SaysOfAGenuineTokenThatItIsOver) {
  const std::string token = Issue();
  clock_.Advance(absl::Minutes(5) - absl::Seconds(1));
  EXPECT_OK(verifier_.Verify(token));
  clock_.Advance(absl::Seconds(1));
  const absl::StatusOr<VerifiedClaims> result = verifier_.Verify(token);
  EXPECT_THAT(result, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(ReasonOf(result.status()), Optional(Eq("TOKEN_EXPIRED")));
}

TEST_F(JwtVerifierTest, DoesNotSayThatAForgedTokenIsOver) {
  std::string token = Issue();
  clock_.Advance(absl::Hours(1));
  token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
  ExpectInvalid(token, "forged and over");
}

TEST_F(JwtVerifierTest, RefusesAlgorithmNone) {
  for (const char* algorithm : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string input =
        EncodeSigningInput({.algorithm = algorithm, .key_id = KeyId()}, GoodPayload());
    ExpectInvalid(input + ".", algorithm);
    ExpectInvalid(EncodeJwt(input, ring_.signing_key().Sign(input).value()), algorithm);
  }
}

TEST_F(JwtVerifierTest, RefusesHmacWithThePublicKeyInAnyForm) {
  const std::string der = absl::HexStringToBytes("302a300506032b6570032100") + key().bytes();
  const std::string pem =
      "-----BEGIN PUBLIC KEY-----\n" + absl::Base64Escape(der) + "\n-----END PUBLIC KEY-----";
  const std::string jwk =
      R"({"crv":"Ed25519","kty":"OKP","x":")" + EncodeBase64Url(key().bytes()) + R"("})";
  for (const std::string& secret :
       {key().bytes(), EncodeBase64Url(key().bytes()), absl::Base64Escape(key().bytes()), der, pem,
        pem + "\n", jwk, KeyId(), std::string()}) {
    for (const char* algorithm : {"HS256", "EdDSA"}) {
      const std::string input =
          EncodeSigningInput({.algorithm = algorithm, .key_id = KeyId()}, GoodPayload());
      ExpectInvalid(EncodeJwt(input, Hs256(secret, input)), algorithm);
    }
  }
}

TEST_F(JwtVerifierTest, RefusesOtherNamesOfTheAlgorithm) {
  for (const char* algorithm : {"eddsa", "EDDSA", "Ed25519", "ES256", "RS256", "EdDSA "}) {
    const std::string input =
        EncodeSigningInput({.algorithm = algorithm, .key_id = KeyId()}, GoodPayload());
    ExpectInvalid(EncodeJwt(input, ring_.signing_key().Sign(input).value()), algorithm);
  }
}

TEST_F(JwtVerifierTest, RefusesATokenWithOneCharacterChanged) {
  const std::string token = Issue();
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    ExpectInvalid(changed, absl::StrCat("character ", i));
  }
}

TEST_F(JwtVerifierTest, RefusesOtherKeys) {
  const SigningKey other = SigningKey::Generate().value();
  for (const std::string& kid : {KeyId(), other.verification_key().id(), std::string("unknown"),
                                 ring_.keys()[0].verification_key().id()}) {
    const std::string input =
        EncodeSigningInput({.algorithm = "EdDSA", .key_id = kid}, GoodPayload());
    ExpectInvalid(EncodeJwt(input, other.Sign(input).value()), kid);
  }
  // The right key under the name of another in the ring.
  const std::string input = EncodeSigningInput(
      {.algorithm = "EdDSA", .key_id = ring_.keys()[0].verification_key().id()}, GoodPayload());
  ExpectInvalid(EncodeJwt(input, ring_.signing_key().Sign(input).value()), "swapped kid");
}

TEST_F(JwtVerifierTest, TakesTokensOfEveryKeyInTheRing) {
  const SigningKey& old = ring_.keys()[0];
  const std::string input = EncodeSigningInput(
      {.algorithm = "EdDSA", .key_id = old.verification_key().id()}, GoodPayload());
  EXPECT_OK(verifier_.Verify(EncodeJwt(input, old.Sign(input).value())));
}

TEST_F(JwtVerifierTest, RefusesSignedPayloadsThatBreakTheRules) {
  const std::vector<std::string> payloads = {
      GoodPayload(R"(,"sub":"bob")"),
      GoodPayload(R"(,"x":{"a":1,"a":2})"),
      GoodPayload(R"(,"x":[[[[1]]]])"),
      GoodPayload(absl::StrCat(R"(,"nbf":)", Now() + 31)),
      GoodPayload(absl::StrCat(R"(,"iat":)", Now() + 31)),
      absl::StrCat(R"({"iss":"other","aud":"caucus","sub":"ann","exp":)", Now() + 60, "}"),
      absl::StrCat(R"({"iss":"caucus","aud":"other","sub":"ann","exp":)", Now() + 60, "}"),
      R"({"iss":"caucus","aud":"caucus","sub":"ann"})",
      "[]",
      "",
      "not json",
      GoodPayload() + " trailing",
  };
  for (const std::string& payload : payloads) ExpectInvalid(SignPayload(payload), payload);
}

TEST_F(JwtVerifierTest, RefusesOtherTextsOfAGenuineToken) {
  const std::string token = Issue();
  for (const std::string& text :
       {token + "=", token + "==", token + ".", "." + token, token + "\n", " " + token,
        token + '\0', "Bearer " + token, token + "." + token, std::string(),
        token.substr(0, token.rfind('.')), token.substr(0, token.rfind('.') + 1)}) {
    ExpectInvalid(text, text);
  }
  // 64 bytes are 86 characters, the last of which holds four bits that must be zero.
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string twin = token;
  twin.back() = alphabet[alphabet.find(twin.back()) + 1];
  ExpectInvalid(twin, "trailing bits");
}

TEST_F(JwtVerifierTest, ComputesTheSignatureOfATokenOnce) {
  const std::string token = Issue();
  EXPECT_FALSE(genuine_.Contains(DigestToken(token)));
  EXPECT_OK(verifier_.Verify(token));
  EXPECT_TRUE(genuine_.Contains(DigestToken(token)));
  EXPECT_TRUE(issued_.Contains(DigestToken(token)));
  EXPECT_OK(verifier_.Verify(token));
}

TEST_F(JwtVerifierTest, LooksAtTheClaimsOfAGenuineTokenEachTime) {
  const std::string over = Issue();
  EXPECT_OK(verifier_.Verify(over));
  clock_.Advance(absl::Minutes(5));
  EXPECT_THAT(ReasonOf(verifier_.Verify(over).status()), Optional(Eq("TOKEN_EXPIRED")));
  const std::string other = SignPayload(R"({"iss":"other","aud":"caucus","sub":"ann"})");
  ExpectInvalid(other, "first");
  EXPECT_TRUE(genuine_.Contains(DigestToken(other)));
  ExpectInvalid(other, "second");
}

TEST_F(JwtVerifierTest, RemembersNoForgedToken) {
  std::string token = Issue();
  EXPECT_OK(verifier_.Verify(token));
  token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
  ExpectInvalid(token, "forged");
  EXPECT_FALSE(genuine_.Contains(DigestToken(token)));
  ExpectInvalid(token, "forged again");
}

TEST_F(JwtVerifierTest, RefusesHugeTokens) {
  ExpectInvalid(SignPayload(GoodPayload(R"(,"x":")" + std::string(4096, 'x') + "\"")), "huge");
  ExpectInvalid(std::string(100'000, '.'), "dots");
  ExpectInvalid(SignPayload(std::string(2500, '[')), "deep");
}

}  // namespace
}  // namespace caucus::auth
