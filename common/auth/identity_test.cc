#include "common/auth/identity.h"

#include <gtest/gtest.h>

namespace caucus {
namespace {

TEST(IdentityTest, ClaimIsAStringOrEmpty) {
  Identity identity;
  (*identity.claims.mutable_fields())["pollID"].set_string_value("AB12CD");
  (*identity.claims.mutable_fields())["iat"].set_number_value(1);
  EXPECT_EQ(identity.Claim("pollID"), "AB12CD");
  EXPECT_EQ(identity.Claim("iat"), "");
  EXPECT_EQ(identity.Claim("absent"), "");
}

}  // namespace
}  // namespace caucus
