#include "polls-service/caucus_tally/input_format.h"

#include <gtest/gtest.h>

namespace caucus::tally {
namespace {

TEST(GuessFormatTest, BelievesTheNameOfTheFile) {
  EXPECT_EQ(GuessFormat("a/b.BLT", "{}"), InputFormat::kBlt);
  EXPECT_EQ(GuessFormat("b.abif", "{}"), InputFormat::kAbif);
  EXPECT_EQ(GuessFormat("x.y/b.json", "4 2"), InputFormat::kJson);
}

TEST(GuessFormatTest, LooksIntoAFileWhoseNameSaysNothing) {
  EXPECT_EQ(GuessFormat("-", "4 2\n3 1 0"), InputFormat::kBlt);
  EXPECT_EQ(GuessFormat("-", "# x\n\n4 # c\n2"), InputFormat::kBlt);
  EXPECT_EQ(GuessFormat("a.auto", "/* x */ 4 2"), InputFormat::kBlt);
  EXPECT_EQ(GuessFormat("-", "\xEF\xBB\xBF# x\n 42 : A>B"), InputFormat::kAbif);
  EXPECT_EQ(GuessFormat("-", "=A:[Ann]"), InputFormat::kAbif);
  EXPECT_EQ(GuessFormat("-", "{title: \"x\"}\n1:A"), InputFormat::kAbif);
  EXPECT_EQ(GuessFormat("-", "{\"title\": \"x\"} # c\n1:A"), InputFormat::kAbif);
  EXPECT_EQ(GuessFormat("-", "{\n \"title\": \"x\"\n}\n"), InputFormat::kJson);
  EXPECT_EQ(GuessFormat("-", "{\"candidates\": [], \"ballots\": []}\n"), InputFormat::kJson);
}

}  // namespace
}  // namespace caucus::tally
