#include "common/testing/golden.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace caucus {
namespace {

bool IsUpdate() {
  const std::vector<std::string> arguments = testing::internal::GetArgvs();
  return std::find(arguments.begin(), arguments.end(), "--update_golden") != arguments.end();
}

}  // namespace

void ExpectGolden(std::string_view path, std::string_view actual) {
  if (IsUpdate()) {
    // A test runs among its runfiles; bazel tells where the sources are.
    const char* const workspace = std::getenv("BUILD_WORKSPACE_DIRECTORY");
    ASSERT_NE(workspace, nullptr) << "--update_golden works with `bazel run` only";
    std::ofstream(std::string(workspace).append("/").append(path), std::ios::binary) << actual;
    return;
  }
  std::ifstream file{std::string(path), std::ios::binary};
  EXPECT_TRUE(file) << path << " is missing";
  std::ostringstream expected;
  expected << file.rdbuf();
  EXPECT_EQ(actual, expected.str()) << "after a change that is meant, run\n"
                                    << "    bazel run <this test> -- --update_golden";
}

}  // namespace caucus
