#include "auth-service/tokens/jwt_codec.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "auth-service/encoding/base64url.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

std::string TokenWithHeader(const std::string& header) {
  return EncodeBase64Url(header) + "." + EncodeBase64Url("{}") + "." + EncodeBase64Url("sign");
}

TEST(JwtCodecTest, DecodesWhatItEncodes) {
  const JwtHeader header = {.algorithm = "EdDSA", .key_id = "k-1_A"};
  const std::string input = EncodeSigningInput(header, "{\"sub\":\"ann\"}");
  const std::string token = EncodeJwt(input, "signature");
  ASSERT_OK_AND_ASSIGN(const UnverifiedJwt jwt, DecodeJwt(token));
  EXPECT_EQ(jwt.header, header);
  EXPECT_EQ(jwt.payload, "{\"sub\":\"ann\"}");
  EXPECT_EQ(jwt.signature, "signature");
  EXPECT_EQ(jwt.signing_input, input);
}

TEST(JwtCodecTest, WritesTheHeaderInOneWay) {
  const std::string input = EncodeSigningInput({.algorithm = "EdDSA", .key_id = "k"}, "{}");
  EXPECT_EQ(DecodeBase64Url(input.substr(0, input.find('.'))).value(),
            R"({"alg":"EdDSA","typ":"JWT","kid":"k"})");
}

TEST(JwtCodecTest, RefusesOtherHeaders) {
  ASSERT_OK(DecodeJwt(TokenWithHeader(R"({"kid":"k","typ":"JWT","alg":"EdDSA"})")));
  const std::string all = R"({"alg":"EdDSA","typ":"JWT","kid":"k")";
  for (const std::string& header : {
           std::string("{}"),
           std::string(R"({"alg":"EdDSA","typ":"JWT"})"),
           std::string(R"({"alg":"EdDSA","kid":"k"})"),
           std::string(R"({"typ":"JWT","kid":"k"})"),
           std::string(R"({"alg":5,"typ":"JWT","kid":"k"})"),
           std::string(R"({"alg":["EdDSA"],"typ":"JWT","kid":"k"})"),
           std::string(R"({"alg":"EdDSA","typ":"jwt","kid":"k"})"),
           std::string(R"({"alg":"EdDSA","typ":"at+jwt","kid":"k"})"),
           std::string(R"({"alg":"EdDSA","typ":"JWT","kid":""})"),
           std::string(R"({"alg":"EdDSA","typ":"JWT","kid":"../key"})"),
           std::string(R"({"alg":"EdDSA","typ":"JWT","kid":"k\u0000"})"),
           absl::StrCat(R"({"alg":"EdDSA","typ":"JWT","kid":")", std::string(65, 'k'), "\"}"),
           all + R"(,"alg":"none"})",
           all + R"(,"crit":["exp"]})",
           all + R"(,"jku":"https://evil.example/jwks"})",
           all + R"(,"jwk":{"kty":"OKP"}})",
           all + R"(,"x5u":"https://evil.example/"})",
           all + R"(,"x5c":["AA"]})",
           all + R"(,"zip":"DEF"})",
           all + R"(,"b64":false})",
           all + R"(,"anything":1})",
           std::string("[]"),
           std::string("EdDSA"),
       }) {
    EXPECT_THAT(DecodeJwt(TokenWithHeader(header)), StatusIs(absl::StatusCode::kInvalidArgument))
        << header;
  }
}

TEST(JwtCodecTest, RefusesOtherShapes) {
  const std::string token = TokenWithHeader(R"({"kid":"k","typ":"JWT","alg":"EdDSA"})");
  const std::string unsigned_token = token.substr(0, token.rfind('.'));
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("..."), unsigned_token,
        token + ".", token + ".AAAA.AAAA", "." + token, token + "=", token + "\n", " " + token,
        "Bearer " + token, std::string(R"({"payload":"","signatures":[]})"),
        token.substr(0, token.size() - 1) + "x"}) {
    EXPECT_THAT(DecodeJwt(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

TEST(JwtCodecTest, BoundsTheLengthBeforeAnythingElse) {
  const std::string token = TokenWithHeader(R"({"kid":"k","typ":"JWT","alg":"EdDSA"})");
  const std::string padding((kTokenBytesMax - token.size()) / 4 * 4, 'A');
  EXPECT_OK(DecodeJwt(token.substr(0, token.rfind('.') + 1) + padding));
  EXPECT_THAT(DecodeJwt(token + std::string(kTokenBytesMax, 'A')),
              StatusIs(absl::StatusCode::kInvalidArgument, "token too long"));
}

}  // namespace
}  // namespace caucus::auth
