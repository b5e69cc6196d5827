#include "common/auth/identity_cache.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace caucus {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

std::shared_ptr<const Identity> IdentityOf(const std::string& subject,
                                           absl::Duration lifetime = absl::Hours(1)) {
  auto identity = std::make_shared<Identity>();
  identity->subject = subject;
  identity->expire_time = kNow + lifetime;
  return identity;
}

TEST(IdentityCacheTest, ForgetsAfterTheRetention) {
  IdentityCache cache(8, absl::Seconds(30));
  cache.Insert(DigestToken("a"), IdentityOf("ann"), kNow);
  ASSERT_NE(cache.Find(DigestToken("a"), kNow + absl::Seconds(29)), nullptr);
  EXPECT_EQ(cache.Find(DigestToken("a"), kNow + absl::Seconds(30)), nullptr);
  EXPECT_EQ(cache.size(), 0u);
}

TEST(IdentityCacheTest, ForgetsAtTheTokensEnd) {
  IdentityCache cache(8, absl::Seconds(30));
  cache.Insert(DigestToken("a"), IdentityOf("ann", absl::Seconds(5)), kNow);
  ASSERT_NE(cache.Find(DigestToken("a"), kNow + absl::Seconds(4)), nullptr);
  EXPECT_EQ(cache.Find(DigestToken("a"), kNow + absl::Seconds(5)), nullptr);
}

TEST(IdentityCacheTest, TakesNoIdentityThatIsOver) {
  IdentityCache cache(8, absl::Seconds(30));
  cache.Insert(DigestToken("a"), IdentityOf("ann", absl::ZeroDuration()), kNow);
  EXPECT_EQ(cache.size(), 0u);
}

TEST(IdentityCacheTest, DropsTheLeastRecentlyUsedWhenFull) {
  IdentityCache cache(2, absl::Seconds(30));
  cache.Insert(DigestToken("a"), IdentityOf("ann"), kNow);
  cache.Insert(DigestToken("b"), IdentityOf("bob"), kNow);
  ASSERT_NE(cache.Find(DigestToken("a"), kNow), nullptr);
  cache.Insert(DigestToken("c"), IdentityOf("cid"), kNow);
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Find(DigestToken("b"), kNow), nullptr);
  EXPECT_EQ(cache.Find(DigestToken("a"), kNow)->subject, "ann");
  EXPECT_EQ(cache.Find(DigestToken("c"), kNow)->subject, "cid");
}

TEST(IdentityCacheTest, ReplacesAnEntry) {
  IdentityCache cache(2, absl::Seconds(30));
  cache.Insert(DigestToken("a"), IdentityOf("ann"), kNow);
  cache.Insert(DigestToken("a"), IdentityOf("amy"), kNow + absl::Seconds(20));
  EXPECT_EQ(cache.size(), 1u);
  EXPECT_EQ(cache.Find(DigestToken("a"), kNow + absl::Seconds(40))->subject, "amy");
}

}  // namespace
}  // namespace caucus
