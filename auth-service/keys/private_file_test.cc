#include "auth-service/keys/private_file.h"

#include <sys/stat.h>

#include <filesystem>
#include <iterator>
#include <string>

#include "common/testing/status_matchers.h"

namespace caucus::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PrivateFileTest : public testing::Test {
 protected:
  PrivateFileTest() {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }

  const std::string directory_ =
      testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string path_ = directory_ + "/secret";
};

TEST_F(PrivateFileTest, CreatesAFileForItsOwnerOnly) {
  ASSERT_OK(CreatePrivateFile(path_, "content"));
  struct stat attributes;
  ASSERT_EQ(stat(path_.c_str(), &attributes), 0);
  EXPECT_EQ(attributes.st_mode & 07777, 0600u);
  ASSERT_OK_AND_ASSIGN(const std::string content, ReadPrivateFile(path_));
  EXPECT_EQ(content, "content");
}

TEST_F(PrivateFileTest, LeavesNothingElseBehind) {
  ASSERT_OK(CreatePrivateFile(path_, "content"));
  EXPECT_THAT(CreatePrivateFile(path_, "other"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(PrivateFileTest, NeverReplacesAFile) {
  ASSERT_OK(CreatePrivateFile(path_, "first"));
  EXPECT_THAT(CreatePrivateFile(path_, "second"), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(const std::string content, ReadPrivateFile(path_));
  EXPECT_EQ(content, "first");
}

TEST_F(PrivateFileTest, RefusesAFileThatOthersCanRead) {
  ASSERT_OK(CreatePrivateFile(path_, "content"));
  for (const mode_t mode : {0640u, 0604u, 0620u, 0666u}) {
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
    EXPECT_THAT(ReadPrivateFile(path_), StatusIs(absl::StatusCode::kFailedPrecondition,
                                                 AllOf(HasSubstr(path_), HasSubstr("chmod 600"))));
  }
  ASSERT_EQ(chmod(path_.c_str(), 0400), 0);
  EXPECT_OK(ReadPrivateFile(path_));
}

TEST_F(PrivateFileTest, SaysWhatIsMissing) {
  EXPECT_THAT(ReadPrivateFile(path_), StatusIs(absl::StatusCode::kNotFound, HasSubstr(path_)));
  EXPECT_THAT(ReadPrivateFile(directory_), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(CreatePrivateFile(directory_ + "/none/secret", "x"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(PrivateFileTest, RefusesALongFile) {
  ASSERT_OK(CreatePrivateFile(path_, std::string(16 * 1024 + 1, 'x')));
  EXPECT_THAT(ReadPrivateFile(path_), StatusIs(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace caucus::auth
