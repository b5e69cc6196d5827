#include "common/config/flags.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "common/testing/status_matchers.h"

ABSL_FLAG(int, test_width, 1, "Width, in columns.");
ABSL_FLAG(std::string, test_name, "none", "A name.");

namespace caucus {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;

class FlagsTest : public testing::Test {
 protected:
  ~FlagsTest() override {
    unsetenv("CAUCUS_TEST_WIDTH");
    unsetenv("CAUCUS_TEST_NAME");
  }

  static void Parse(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "program");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    ParseFlags(static_cast<int>(argv.size()), argv.data(), "Does something.");
  }

  absl::FlagSaver saver_;
};

TEST_F(FlagsTest, EnvironmentSetsAFlag) {
  setenv("CAUCUS_TEST_WIDTH", "42", 1);
  ASSERT_OK(SetFlagsFromEnvironment());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_width), 42);
}

TEST_F(FlagsTest, EmptyVariableCountsAsUnset) {
  setenv("CAUCUS_TEST_WIDTH", "", 1);
  ASSERT_OK(SetFlagsFromEnvironment());
  EXPECT_EQ(absl::GetFlag(FLAGS_test_width), 1);
}

TEST_F(FlagsTest, InvalidVariableIsNamed) {
  setenv("CAUCUS_TEST_WIDTH", "wide", 1);
  EXPECT_THAT(SetFlagsFromEnvironment(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("CAUCUS_TEST_WIDTH")));
}

// ParseFlags may be called once a process, so each case runs in a process of its own.
using FlagsDeathTest = FlagsTest;

TEST_F(FlagsDeathTest, CommandLineWinsOverEnvironment) {
  setenv("CAUCUS_TEST_WIDTH", "42", 1);
  setenv("CAUCUS_TEST_NAME", "from-environment", 1);
  EXPECT_EXIT(
      {
        Parse({"--test_width=7"});
        const bool expected = absl::GetFlag(FLAGS_test_width) == 7 &&
                              absl::GetFlag(FLAGS_test_name) == "from-environment";
        std::exit(expected ? 0 : 1);
      },
      ExitedWithCode(0), "");
}

TEST_F(FlagsDeathTest, InvalidVariableEndsTheProcess) {
  setenv("CAUCUS_TEST_WIDTH", "wide", 1);
  EXPECT_EXIT(Parse({}), ExitedWithCode(1), "CAUCUS_TEST_WIDTH");
}

TEST_F(FlagsDeathTest, UnknownFlagEndsTheProcess) {
  EXPECT_EXIT(Parse({"--no_such_flag=1"}), ExitedWithCode(1), "no_such_flag");
}

TEST_F(FlagsDeathTest, PositionalArgumentEndsTheProcess) {
  EXPECT_EXIT(Parse({"stray"}), ExitedWithCode(1), "unexpected argument 'stray'");
}

}  // namespace
}  // namespace caucus
