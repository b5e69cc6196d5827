#include "common/config/secret_file.h"

#include <fstream>
#include <string>

#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string WriteFile(const std::string& name, const std::string& content) {
  const std::string path = testing::TempDir() + "/" + name;
  std::ofstream(path) << content;
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
