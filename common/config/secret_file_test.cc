#include "common/config/secret_file.h"

#include <sys/stat.h>

#include <fstream>
#include <string>

#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string WriteFile(const std::string& name, const std::string& content, mode_t mode = 0600) {
  std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << content;
  EXPECT_EQ(chmod(path.c_str(), mode), 0);
  return path;
}

TEST(SecretFileTest, ReturnsTheContentWithoutWhiteSpaceAround) {
  ASSERT_OK_AND_ASSIGN(const std::string secret, ReadSecretFile(WriteFile("key", " a b\n\n")));
  EXPECT_EQ(secret, "a b");
}

TEST(SecretFileTest, RefusesAMissingFile) {
  EXPECT_THAT(ReadSecretFile("/nonexistent/key"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("/nonexistent/key")));
}

TEST(SecretFileTest, RefusesAnEmptyFile) {
  EXPECT_THAT(ReadSecretFile(WriteFile("empty", " \n")),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("is empty")));
}

TEST(SecretFileTest, RefusesAFileThatOthersCanRead) {
  for (const mode_t mode : {0640, 0604, 0644}) {
    const std::string path = WriteFile("shared", "secret", mode);
    EXPECT_THAT(ReadSecretFile(path), StatusIs(absl::StatusCode::kFailedPrecondition,
                                               AllOf(HasSubstr(path), HasSubstr("chmod 600"))));
  }
  EXPECT_OK(ReadSecretFile(WriteFile("readonly", "secret", 0400)));
}

TEST(SecretFileTest, RefusesADirectory) {
  EXPECT_THAT(ReadSecretFile(testing::TempDir()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(SecretFileTest, RefusesALongFileWithoutShowingIt) {
  EXPECT_THAT(ReadSecretFile(WriteFile("long", std::string(5000, 'x'))),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("longer than"), testing::Not(HasSubstr("xxxx")))));
}

}  // namespace
}  // namespace caucus
