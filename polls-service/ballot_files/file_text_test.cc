#include "polls-service/ballot_files/file_text.h"

#include <gtest/gtest.h>

#include <string>

#include "common/testing/status_matchers.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

using absl::StatusCode;

TEST(TextPositionTest, CountsLinesAndCodePointsFromOne) {
  const std::string_view text = "ab\nZo\xC3\xAB!\n";
  EXPECT_EQ(PositionAt(text, 0), (TextPosition{1, 1}));
  EXPECT_EQ(PositionAt(text, 2), (TextPosition{1, 3}));
  EXPECT_EQ(PositionAt(text, 3), (TextPosition{2, 1}));
  EXPECT_EQ(PositionAt(text, 7), (TextPosition{2, 4}));
  EXPECT_EQ(PositionAt(text, 99), (TextPosition{3, 1}));
}

TEST(FileTextTest, DropsAByteOrderMark) {
  ASSERT_OK_AND_ASSIGN(const std::string_view text, FileText("\xEF\xBB\xBF"
                                                             "4 2"));
  EXPECT_EQ(text, "4 2");
}

TEST(FileTextTest, SaysWhereTextIsNotUtf8) {
  EXPECT_THAT(FileText("4 2\n\xC3\xABx\xFF"),
              StatusIs(StatusCode::kInvalidArgument, "line 2, column 3: this is not UTF-8"));
  EXPECT_THAT(FileText("\xC3"), StatusIs(StatusCode::kInvalidArgument));
}

TEST(FileTextTest, RefusesAFileThatIsTooLarge) {
  EXPECT_OK(FileText(std::string(kFileBytesMax, ' ')));
  EXPECT_THAT(FileText(std::string(kFileBytesMax + 1, ' ')),
              StatusIs(StatusCode::kInvalidArgument, "the file has more than 67108864 bytes"));
}

TEST(CheckNameTest, RefusesWhatWouldGarbleATerminal) {
  EXPECT_OK(CheckName("x", 0, "the title", "Zo\xC3\xAB \xE6\x9D\x8E"));
  EXPECT_THAT(
      CheckName("x", 0, "the title", "\x1B[2J"),
      StatusIs(StatusCode::kInvalidArgument, "line 1, column 1: the title has control characters"));
  EXPECT_THAT(CheckName("x", 0, "the title", std::string(kNameBytesMax + 1, 'x')),
              StatusIs(StatusCode::kInvalidArgument));
}

TEST(ParseNumberTest, TakesDigitsAlone) {
  EXPECT_EQ(ParseNumber("0"), 0);
  EXPECT_EQ(ParseNumber("0000000000000000000042"), 42);
  EXPECT_EQ(ParseNumber("999999999999999999"), 999'999'999'999'999'999);
  EXPECT_EQ(ParseNumber("1000000000000000000"), std::nullopt);
  for (const std::string_view text : {"", "-1", "+1", "1.5", "1e3", " 1", "0x1"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace caucus::tally
