#include "auth-service/tokens/genuine_tokens.h"

#include <gtest/gtest.h>

namespace caucus::auth {
namespace {

TEST(GenuineTokensTest, KnowsWhatItWasTold) {
  GenuineTokens tokens;
  tokens.Insert(DigestToken("a"));
  EXPECT_TRUE(tokens.Contains(DigestToken("a")));
  EXPECT_FALSE(tokens.Contains(DigestToken("b")));
}

TEST(GenuineTokensTest, ForgetsTheOldestWhenItIsFull) {
  GenuineTokens tokens(2);
  for (const char* token : {"1", "2", "3", "4"}) tokens.Insert(DigestToken(token));
  for (const char* token : {"1", "2", "3", "4"}) EXPECT_TRUE(tokens.Contains(DigestToken(token)));
  tokens.Insert(DigestToken("5"));
  EXPECT_FALSE(tokens.Contains(DigestToken("1")));
  EXPECT_FALSE(tokens.Contains(DigestToken("2")));
  for (const char* token : {"3", "4", "5"}) EXPECT_TRUE(tokens.Contains(DigestToken(token)));
}

}  // namespace
}  // namespace caucus::auth
