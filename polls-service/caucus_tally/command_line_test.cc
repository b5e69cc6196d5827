#include "polls-service/caucus_tally/command_line.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "common/testing/status_matchers.h"

ABSL_FLAG(std::optional<uint32_t>, size, std::nullopt, "how large it is");
ABSL_FLAG(std::optional<bool>, quick, std::nullopt, "whether it is quick");
ABSL_FLAG(std::string, shape, "", "what it looks like");

namespace caucus::tally {
namespace {

using absl::StatusCode;

class CommandLineTest : public testing::Test {
 protected:
  absl::FlagSaver saver_;
};

TEST_F(CommandLineTest, TakesFlagsAndArgumentsInAnyOrder) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({"one", "--size=7", "-", "--shape",
                                                                 "-x", "--quick", "--", "--two"}));
  EXPECT_EQ(line.arguments, (std::vector<std::string>{"one", "-", "--two"}));
  EXPECT_FALSE(line.wants_help);
  EXPECT_EQ(absl::GetFlag(FLAGS_size), 7);
  EXPECT_EQ(absl::GetFlag(FLAGS_shape), "-x");
  EXPECT_EQ(absl::GetFlag(FLAGS_quick), true);
}

TEST_F(CommandLineTest, TakesNoForTruths) {
  ASSERT_OK(ParseCommandLine({"--noquick", "--shape="}));
  EXPECT_EQ(absl::GetFlag(FLAGS_quick), false);
  EXPECT_THAT(ParseCommandLine({"--nosize"}), StatusIs(StatusCode::kInvalidArgument));
}

TEST_F(CommandLineTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(ParseCommandLine({"--colour=red"}),
              StatusIs(StatusCode::kInvalidArgument, "there is no flag --colour"));
  EXPECT_THAT(ParseCommandLine({"--flagfile=x"}), StatusIs(StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseCommandLine({"--size=x"}),
              StatusIs(StatusCode::kInvalidArgument, "--size: 'x' is no value for it"));
  EXPECT_THAT(ParseCommandLine({"--size"}),
              StatusIs(StatusCode::kInvalidArgument, "--size needs a value"));
}

TEST_F(CommandLineTest, HelpsWithOurFlagsOnly) {
  ASSERT_OK_AND_ASSIGN(const CommandLine line, ParseCommandLine({"--help"}));
  EXPECT_TRUE(line.wants_help);
  EXPECT_EQ(HelpOnFlags(),
            "  --quick\n      whether it is quick\n  --shape\n      what it looks like\n"
            "  --size\n      how large it is\n");
}

}  // namespace
}  // namespace caucus::tally
