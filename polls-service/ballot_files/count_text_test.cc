#include "polls-service/ballot_files/count_text.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace caucus::tally {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

TEST(FormatVotesTest, PrintsEveryDecimal) {
  EXPECT_EQ(FormatVotes(0, 0), "0");
  EXPECT_EQ(FormatVotes(42, 0), "42");
  EXPECT_EQ(FormatVotes(1234567, 5), "12.34567");
  EXPECT_EQ(FormatVotes(7, 5), "0.00007");
  EXPECT_EQ(FormatVotes(-7, 1), "-0.7");
  EXPECT_EQ(FormatVotes(kMin, 9), "-9223372036.854775808");
}

TEST(FormatFractionTest, IsExactWhereItCanBe) {
  EXPECT_EQ(FormatFraction(5, 1), "5");
  EXPECT_EQ(FormatFraction(-5, 2), "-2.5");
  EXPECT_EQ(FormatFraction(1, 512), "0.001953125");
  EXPECT_EQ(FormatFraction(2, 3), "0.6667");
  EXPECT_EQ(FormatFraction(-1, 3), "-0.3333");
  EXPECT_EQ(FormatFraction(kMax, 1), "9223372036854775807");
  EXPECT_EQ(FormatFraction(kMin, 1), "-9223372036854775808");
  EXPECT_EQ(FormatFraction(kMax, 3), "3074457345618258602.3333");
}

TEST(LabelsTest, NameTheIdWhereANameIsNotEnough) {
  EXPECT_EQ(Labels({{.id = "a", .name = "Ann", .withdrawn = false},
                    {.id = "b", .name = "Bob", .withdrawn = false},
                    {.id = "c", .name = "Bob", .withdrawn = false},
                    {.id = "d", .name = "", .withdrawn = false}}),
            (std::vector<std::string>{"Ann", "Bob (b)", "Bob (c)", "(d)"}));
}

}  // namespace
}  // namespace caucus::tally
