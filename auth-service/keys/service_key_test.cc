#include "auth-service/keys/service_key.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "common/config/secret_file.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

TEST(ServiceKeyTest, MatchesItselfOnly) {
  const ServiceKey key("0123456789abcdef");
  EXPECT_TRUE(key.Matches("0123456789abcdef"));
  EXPECT_FALSE(key.Matches("0123456789abcdee"));
  EXPECT_FALSE(key.Matches("0123456789abcdef0"));
  EXPECT_FALSE(key.Matches(""));
}

TEST(ServiceKeyTest, IsCreatedOnceForItsOwnerOnly) {
  const std::string path = testing::TempDir() + "/created.key";
  std::filesystem::remove(path);
  ASSERT_OK_AND_ASSIGN(const ServiceKey created, ServiceKey::LoadOrCreate(path));
  ASSERT_OK_AND_ASSIGN(const std::string text, ReadSecretFile(path));
  EXPECT_EQ(text.size(), 64u);
  EXPECT_TRUE(created.Matches(text));
  struct stat attributes;
  ASSERT_EQ(stat(path.c_str(), &attributes), 0);
  EXPECT_EQ(attributes.st_mode & 07777, 0600u);
  ASSERT_OK_AND_ASSIGN(const ServiceKey again, ServiceKey::LoadOrCreate(path));
  EXPECT_TRUE(again.Matches(text));
}

TEST(ServiceKeyTest, RefusesAShortKey) {
  const std::string path = testing::TempDir() + "/short.key";
  std::ofstream(path) << "secret\n";
  std::filesystem::permissions(path, std::filesystem::perms::owner_read);
  EXPECT_THAT(ServiceKey::LoadOrCreate(path),
              StatusIs(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("shorter")));
}

}  // namespace
}  // namespace caucus::auth
