#include "auth-service/keys/key_ring.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "auth-service/keys/private_file.h"
#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class KeyRingTest : public testing::Test {
 protected:
  KeyRingTest() { std::filesystem::remove_all(directory_); }

  const std::string directory_ = testing::TempDir() + "/" +
                                 testing::UnitTest::GetInstance()->current_test_info()->name() +
                                 "/data/keys";
};

TEST_F(KeyRingTest, CreatesAPrivateFirstKeyAndKeepsIt) {
  ASSERT_OK_AND_ASSIGN(const KeyRing ring, KeyRing::Open(directory_));
  struct stat attributes;
  ASSERT_EQ(stat((directory_ + "/key-0001.pem").c_str(), &attributes), 0);
  EXPECT_EQ(attributes.st_mode & 07777, 0600u);
  ASSERT_EQ(stat(directory_.c_str(), &attributes), 0);
  EXPECT_EQ(attributes.st_mode & 07777, 0700u);
  ASSERT_OK_AND_ASSIGN(const KeyRing again, KeyRing::Open(directory_));
  EXPECT_EQ(again.signing_key().verification_key().id(),
            ring.signing_key().verification_key().id());
}

TEST_F(KeyRingTest, TheLastKeySignsAndAllVerify) {
  ASSERT_OK_AND_ASSIGN(const KeyRing old_ring, KeyRing::Open(directory_));
  ASSERT_OK_AND_ASSIGN(const SigningKey next, SigningKey::Generate());
  ASSERT_OK(CreatePrivateFile(directory_ + "/key-0002.pem", next.ToPem().value()));
  ASSERT_OK_AND_ASSIGN(const KeyRing ring, KeyRing::Open(directory_));
  EXPECT_EQ(ring.keys().size(), 2u);
  EXPECT_EQ(ring.signing_key().verification_key().id(), next.verification_key().id());
  const std::string& old_id = old_ring.signing_key().verification_key().id();
  ASSERT_NE(ring.Find(old_id), nullptr);
  EXPECT_EQ(ring.Find(old_id)->bytes(), old_ring.signing_key().verification_key().bytes());
  EXPECT_EQ(ring.Find("unknown"), nullptr);
  EXPECT_EQ(ring.Find(""), nullptr);
}

TEST_F(KeyRingTest, RefusesAKeyThatOthersCanRead) {
  ASSERT_OK(KeyRing::Open(directory_));
  ASSERT_EQ(chmod((directory_ + "/key-0001.pem").c_str(), 0644), 0);
  EXPECT_THAT(KeyRing::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("key-0001.pem"), HasSubstr("0644"))));
}

TEST_F(KeyRingTest, RefusesAFileThatIsNoKey) {
  std::filesystem::create_directories(directory_);
  ASSERT_OK(CreatePrivateFile(directory_ + "/key-0001.pem", "nonsense"));
  EXPECT_THAT(KeyRing::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("key-0001.pem"), HasSubstr("Ed25519"))));
}

TEST_F(KeyRingTest, BoundsTheKeys) {
  std::filesystem::create_directories(directory_);
  for (std::size_t i = 0; i <= KeyRing::kKeysMax; ++i) {
    ASSERT_OK(CreatePrivateFile(directory_ + "/" + std::to_string(i) + ".pem", "x"));
  }
  EXPECT_THAT(KeyRing::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("more than 64")));
}

}  // namespace
}  // namespace caucus::auth
