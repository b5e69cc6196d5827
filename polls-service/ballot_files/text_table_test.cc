#include "polls-service/ballot_files/text_table.h"

#include <gtest/gtest.h>

namespace caucus::tally {
namespace {

TEST(DisplayWidthTest, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth("Zoë"), 3);
  EXPECT_EQ(DisplayWidth("Zoe\xCC\x88"), 3);  // A combining diaeresis.
  EXPECT_EQ(DisplayWidth("李雷"), 4);
}

TEST(TextTableTest, AlignsColumnsOfAnyScript) {
  TextTable table;
  table.AddRow({"Round", "1", "10"});
  table.AddRow({"李雷", "7", "123"});
  table.AddRow({"Zoë B", "1234", ""});
  EXPECT_EQ(table.Format(80),
            "Round     1   10\n"
            "----------------\n"
            "李雷      7  123\n"
            "Zoë B  1234\n");
}

TEST(TextTableTest, PutsColumnsThatDoNotFitBelow) {
  TextTable table;
  table.AddRow({"Round", "1", "2", "3"});
  table.AddRow({"Ann", "100", "200", "300"});
  EXPECT_EQ(table.Format(15),
            "Round    1    2\n"
            "---------------\n"
            "Ann    100  200\n"
            "\n"
            "Round    3\n"
            "----------\n"
            "Ann    300\n");
}

}  // namespace
}  // namespace caucus::tally
