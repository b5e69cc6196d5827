#include "edge/http/origin_policy.h"

#include <gtest/gtest.h>

namespace caucus::edge::http {
namespace {

TEST(OriginPolicyTest, AllowsEveryPageUnlessOriginsAreListed) {
  EXPECT_EQ(JudgeOrigin({}, "https://evil.test"), OriginVerdict::kAllowed);
  EXPECT_EQ(JudgeOrigin({}, "null"), OriginVerdict::kAllowed);
  EXPECT_EQ(JudgeOrigin({.origins = {"*"}}, "https://evil.test"), OriginVerdict::kAllowed);
  EXPECT_EQ(JudgeOrigin({.origins = {"https://a.test", "*"}}, "null"), OriginVerdict::kAllowed);
}

TEST(OriginPolicyTest, AllowsWhatIsListedAndNothingThatLooksLikeIt) {
  const OriginPolicy policy = {.origins = {"https://a.test", "http://b.test:8080"}};
  EXPECT_EQ(JudgeOrigin(policy, "https://a.test"), OriginVerdict::kAllowed);
  EXPECT_EQ(JudgeOrigin(policy, "http://b.test:8080"), OriginVerdict::kAllowed);
  for (const std::string_view origin :
       {"http://a.test", "https://a.test:443", "https://a.test/", "https://a.test.evil.test",
        "https://evila.test", "https://A.test", "https://sub.a.test", "http://b.test", "null", "*",
        "https://a.test https://evil.test"}) {
    EXPECT_EQ(JudgeOrigin(policy, origin), OriginVerdict::kForbidden) << origin;
  }
}

TEST(OriginPolicyTest, AllowsNullOnlyIfListed) {
  EXPECT_EQ(JudgeOrigin({.origins = {"null"}}, "null"), OriginVerdict::kAllowed);
}

TEST(OriginPolicyTest, AllowsAMissingOriginUnlessOneIsRequired) {
  EXPECT_EQ(JudgeOrigin({.origins = {"https://a.test"}}, ""), OriginVerdict::kAllowed);
  EXPECT_EQ(JudgeOrigin({.origins = {"https://a.test"}, .require_origin = true}, ""),
            OriginVerdict::kForbidden);
  EXPECT_EQ(JudgeOrigin({.origins = {}, .require_origin = true}, ""), OriginVerdict::kForbidden);
}

TEST(OriginPolicyTest, KnowsCharactersThatNoOriginHas) {
  for (const std::string_view origin : {"a\x07", "a\x7F", "a\xE9", "a\nb", "a\tb"}) {
    EXPECT_EQ(JudgeOrigin({}, origin), OriginVerdict::kMalformed);
  }
}

}  // namespace
}  // namespace caucus::edge::http
