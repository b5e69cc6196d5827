#include "auth-service/keys/signing_key.h"

#include <string>

#include "absl/strings/escaping.h"
#include "auth-service/encoding/base64url.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

// RFC 8037, appendix A: the key of A.1 as PKCS #8 (RFC 8410 §7: a fixed prefix and the 32 bytes).
constexpr char kSeed[] = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
constexpr char kPublicKey[] = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
constexpr char kThumbprint[] = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
constexpr char kSigningInput[] = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
constexpr char kSignature[] =
    "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

std::string Rfc8037Pem() {
  const std::string prefix = absl::HexStringToBytes("302e020100300506032b657004220420");
  return "-----BEGIN PRIVATE KEY-----\n" +
         absl::Base64Escape(prefix + DecodeBase64Url(kSeed).value()) +
         "\n-----END PRIVATE KEY-----\n";
}

TEST(SigningKeyTest, AgreesWithRfc8037) {
  ASSERT_OK_AND_ASSIGN(const SigningKey key, SigningKey::FromPem(Rfc8037Pem()));
  EXPECT_EQ(EncodeBase64Url(key.verification_key().bytes()), kPublicKey);
  EXPECT_EQ(key.verification_key().id(), kThumbprint);
  ASSERT_OK_AND_ASSIGN(const std::string signature, key.Sign(kSigningInput));
  EXPECT_EQ(EncodeBase64Url(signature), kSignature);
}

TEST(VerificationKeyTest, AgreesWithRfc8037) {
  ASSERT_OK_AND_ASSIGN(const VerificationKey key,
                       VerificationKey::FromBytes(DecodeBase64Url(kPublicKey).value()));
  EXPECT_TRUE(key.Verifies(kSigningInput, DecodeBase64Url(kSignature).value()));
}

TEST(VerificationKeyTest, RefusesAnythingElse) {
  ASSERT_OK_AND_ASSIGN(const VerificationKey key,
                       VerificationKey::FromBytes(DecodeBase64Url(kPublicKey).value()));
  const std::string signature = DecodeBase64Url(kSignature).value();
  EXPECT_FALSE(key.Verifies(std::string(kSigningInput) + "x", signature));
  EXPECT_FALSE(key.Verifies(kSigningInput, ""));
  EXPECT_FALSE(key.Verifies(kSigningInput, signature.substr(1)));
  EXPECT_FALSE(key.Verifies(kSigningInput, signature + '\0'));
  EXPECT_FALSE(key.Verifies(kSigningInput, std::string(64, '\0')));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    std::string changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(key.Verifies(kSigningInput, changed)) << i;
  }
}

TEST(VerificationKeyTest, RefusesBytesOfAnotherLength) {
  EXPECT_THAT(VerificationKey::FromBytes(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(VerificationKey::FromBytes(std::string(33, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(SigningKeyTest, SurvivesItsPem) {
  ASSERT_OK_AND_ASSIGN(const SigningKey key, SigningKey::Generate());
  ASSERT_OK_AND_ASSIGN(const std::string pem, key.ToPem());
  ASSERT_OK_AND_ASSIGN(const SigningKey again, SigningKey::FromPem(pem));
  EXPECT_EQ(again.verification_key().id(), key.verification_key().id());
  ASSERT_OK_AND_ASSIGN(const std::string signature, again.Sign("message"));
  EXPECT_TRUE(key.verification_key().Verifies("message", signature));
}

TEST(SigningKeyTest, GeneratedKeysDiffer) {
  ASSERT_OK_AND_ASSIGN(const SigningKey one, SigningKey::Generate());
  ASSERT_OK_AND_ASSIGN(const SigningKey two, SigningKey::Generate());
  EXPECT_NE(one.verification_key().id(), two.verification_key().id());
}

TEST(SigningKeyTest, RefusesWhatIsNoEd25519Key) {
  constexpr char kP256[] =
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
      "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
      "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n"
      "-----END PRIVATE KEY-----\n";
  for (const char* pem :
       {"", "not a key", kP256, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    EXPECT_THAT(SigningKey::FromPem(pem), StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

}  // namespace
}  // namespace caucus::auth
