#include "auth-service/encoding/base64url.h"

#include <string>

#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

// RFC 4648 §10, without the padding, and the two characters that differ from plain base64.
TEST(Base64UrlTest, EncodesAndDecodesKnownVectors) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xFB\xFF", "-_8"},
  };
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(EncodeBase64Url(bytes), text);
    ASSERT_OK_AND_ASSIGN(const std::string decoded, DecodeBase64Url(text));
    EXPECT_EQ(decoded, bytes);
  }
}

TEST(Base64UrlTest, RoundTripsEveryByte) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    ASSERT_OK_AND_ASSIGN(const std::string decoded, DecodeBase64Url(EncodeBase64Url(bytes)));
    ASSERT_EQ(decoded, bytes);
  }
}

TEST(Base64UrlTest, RefusesWhatIsNotCanonical) {
  for (const char* text :
       {"Zg==", "Zg=", "Zh", "Zm9", "Z", "Zm9vY", "Zm+v", "Zm/v", "Zm 9v", "Zm9v\n", "Zm9\xC3"}) {
    EXPECT_THAT(DecodeBase64Url(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace caucus::auth
