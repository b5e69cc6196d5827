#include "common/auth/token_digest.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"

namespace caucus {
namespace {

// FIPS 180-2, appendix B.1.
TEST(TokenDigestTest, IsSha256) {
  const TokenDigest digest = DigestToken("abc");
  EXPECT_EQ(absl::BytesToHexString(std::string(digest.begin(), digest.end())),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace caucus
