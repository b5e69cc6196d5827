#include "common/text/unicode.h"

#include <gtest/gtest.h>

namespace caucus {
namespace {

using namespace std::string_view_literals;

TEST(UnicodeTest, AcceptsWellFormedUtf8) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("plain ASCII that is longer than one word"));
  EXPECT_TRUE(IsValidUtf8("naïve — 日本語 🎲 and a long tail of ASCII behind it"));
  EXPECT_TRUE(IsValidUtf8("with a zero \0 inside"sv));
  EXPECT_TRUE(IsValidUtf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
}

TEST(UnicodeTest, RefusesMalformedUtf8) {
  EXPECT_FALSE(IsValidUtf8("\xFF"));
  EXPECT_FALSE(IsValidUtf8("12345678\xC3"));
  EXPECT_FALSE(IsValidUtf8("\x80 alone"));
  EXPECT_FALSE(IsValidUtf8("\xC0\xAF"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xE0\x80\xAF"));      // overlong
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // above U+10FFFF
}

TEST(UnicodeTest, CountsCodePointsNotBytes) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("abc"), 3u);
  EXPECT_EQ(CountCodePoints("é日🎲"), 3u);
}

TEST(UnicodeTest, TrimsUnicodeWhiteSpaceAtBothEnds) {
  EXPECT_EQ(TrimWhitespace("  a b\t\r\n"), "a b");
  EXPECT_EQ(TrimWhitespace("\u00A0\u3000a\u2003\u2028"), "a");
  EXPECT_EQ(TrimWhitespace("\uFEFF \u200Ba\u200Bb\u200B\uFEFF"), "a\u200Bb");
  EXPECT_EQ(TrimWhitespace(" \u3000 "), "");
  EXPECT_EQ(TrimWhitespace(""), "");
  EXPECT_EQ(TrimWhitespace(" \x80 "), "\x80");
}

TEST(UnicodeTest, FindsTextOfWhichNothingCanBeSeen) {
  for (const std::string_view blank :
       {"", " \t", "\u200B", "\u200D\u2060", "\u3164", " \u00AD\uFE0F\uFEFF"}) {
    EXPECT_TRUE(IsBlank(blank)) << blank;
  }
  for (const std::string_view text : {"a", "\u200Da", "🎲\uFE0F", "\xFF"}) {
    EXPECT_FALSE(IsBlank(text)) << text;
  }
}

TEST(UnicodeTest, FindsControlCharacters) {
  EXPECT_FALSE(HasControlCharacters("What to eat? \u00A0 é 🎲\u200D\u202F"));
  for (const std::string_view bad :
       {"a\0b"sv, "a\n"sv, "\t"sv, "\x7F"sv, "\u0085"sv, "\u009F"sv, "\u2028"sv, "\u2029"sv,
        "\u202A"sv, "\u202E"sv, "\u2066"sv, "\u2069"sv, "\xFF"sv}) {
    EXPECT_TRUE(HasControlCharacters(bad)) << bad;
  }
}

TEST(UnicodeTest, FoldsWhatAReaderTakesForTheSame) {
  EXPECT_EQ(FoldForComparison("  Fish\u00A0\t AND  Chips "), "fish and chips");
  EXPECT_EQ(FoldForComparison("STRASSE"), FoldForComparison("straße"));
  EXPECT_EQ(FoldForComparison("Cafe\u0301"), FoldForComparison("CAFÉ"));
  EXPECT_EQ(FoldForComparison("ｐｉｚｚａ"), "pizza");
  EXPECT_EQ(FoldForComparison("p\u200Bi\u2060z\u00ADz\u200Da\u3164"), "pizza");
  EXPECT_NE(FoldForComparison("pizza"), FoldForComparison("pizzas"));
  EXPECT_EQ(FoldForComparison(""), "");
  EXPECT_EQ(FoldForComparison("\xFFx"), "\xFFx");
}

}  // namespace
}  // namespace caucus
