#include "auth-service/tokens/jwt_signer.h"

#include <boost/json/object.hpp>
#include <string>
#include <utility>
#include <vector>

#include "auth-service/encoding/strict_json.h"
#include "auth-service/tokens/genuine_tokens.h"
#include "auth-service/tokens/jwt_codec.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"

namespace caucus::auth {
namespace {

KeyRing MakeRing() {
  std::vector<SigningKey> keys;
  keys.push_back(SigningKey::Generate().value());
  return KeyRing(std::move(keys));
}

class JwtSignerTest : public testing::Test {
 protected:
  const KeyRing ring_ = MakeRing();
  const TokenPolicy policy_ = {.issuer = "issuer", .audience = "audience"};
  FakeClock clock_{absl::FromUnixMillis(1'700'000'000'900)};
  GenuineTokens genuine_;
  const JwtSigner signer_{ring_, policy_, clock_, genuine_};
};

TEST_F(JwtSignerTest, WritesRegisteredClaimsAndTheCallers) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["pollID"].set_string_value("AB12CD");
  ASSERT_OK_AND_ASSIGN(
      const SignedJwt jwt,
      signer_.Sign({.subject = "ann", .claims = claims, .lifetime = absl::Minutes(5)}));
  EXPECT_EQ(jwt.expire_time, absl::FromUnixSeconds(1'700'000'300));
  ASSERT_OK_AND_ASSIGN(const UnverifiedJwt decoded, DecodeJwt(jwt.token));
  EXPECT_EQ(decoded.header, (JwtHeader{.algorithm = "EdDSA",
                                       .key_id = ring_.signing_key().verification_key().id()}));
  ASSERT_OK_AND_ASSIGN(const boost::json::object payload, ParseJsonObject(decoded.payload));
  EXPECT_EQ(payload.size(), 7u);
  EXPECT_EQ(payload.at("iss").as_string(), "issuer");
  EXPECT_EQ(payload.at("sub").as_string(), "ann");
  EXPECT_EQ(payload.at("aud").as_string(), "audience");
  EXPECT_EQ(payload.at("iat").as_int64(), 1'700'000'000);
  EXPECT_EQ(payload.at("exp").as_int64(), 1'700'000'300);
  EXPECT_EQ(payload.at("jti").as_string().size(), 22u);
  EXPECT_EQ(payload.at("pollID").as_string(), "AB12CD");
  EXPECT_TRUE(
      ring_.signing_key().verification_key().Verifies(decoded.signing_input, decoded.signature));
}

TEST_F(JwtSignerTest, NoTwoTokensAreAlike) {
  const google::protobuf::Struct none;
  const TokenRequest request = {.subject = "ann", .claims = none, .lifetime = absl::Minutes(5)};
  EXPECT_NE(signer_.Sign(request)->token, signer_.Sign(request)->token);
}

TEST_F(JwtSignerTest, RefusesATokenThatNobodyWouldTake) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["a"].set_string_value(std::string(2000, 'x'));
  std::string subject;
  for (int i = 0; i < 128; ++i) subject += '\x01';  // Six characters each in JSON.
  const TokenPolicy policy = {.issuer = std::string(200, 'i')};
  const absl::Status status =
      JwtSigner(ring_, policy, clock_, genuine_)
          .Sign({.subject = subject, .claims = claims, .lifetime = absl::Minutes(5)})
          .status();
  EXPECT_EQ(
      ViolationsOf(status),
      (std::vector<FieldViolation>{{"claims", "claims and subject make the token too long"}}));
}

TEST_F(JwtSignerTest, RefusesWhatThePolicyRefuses) {
  google::protobuf::Struct reserved;
  (*reserved.mutable_fields())["sub"].set_string_value("bob");
  EXPECT_THAT(signer_.Sign({.subject = "ann", .claims = reserved, .lifetime = absl::Minutes(5)}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace caucus::auth
