#include "edge/websocket/utf8_checker.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "common/text/unicode.h"

namespace caucus::edge::websocket {
namespace {

// How many bytes of `text`, one at a time, are taken.
size_t BytesTaken(std::string_view text) {
  Utf8Checker checker;
  for (size_t i = 0; i < text.size(); ++i) {
    if (!checker.Feed(text.substr(i, 1))) return i;
  }
  return text.size();
}

bool IsValid(std::string_view text) {
  Utf8Checker checker;
  return checker.Feed(text) && checker.complete();
}

TEST(Utf8CheckerTest, AgreesWithTheWholeCheckOnEveryShortText) {
  std::vector<std::string> sequences = {""};
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string two = {static_cast<char>(first), static_cast<char>(second)};
      for (const char* rest : {"", "\x80", "\xBF", "\x80\x80", "a", "\x80\x80\x80", "\xC2\x80"}) {
        const std::string text = two + rest;
        ASSERT_EQ(IsValid(text), IsValidUtf8(text)) << first << " " << second << " " << rest;
      }
    }
  }
}

TEST(Utf8CheckerTest, FailsAtTheFirstImpossibleByte) {
  EXPECT_EQ(BytesTaken("ab\xF4\x90\x80\x80"), 3);
  EXPECT_EQ(BytesTaken("\xED\xA0\x80"), 1);
  EXPECT_EQ(BytesTaken("\xE0\x9F"), 1);
  EXPECT_EQ(BytesTaken("\xF0\x8F"), 1);
  EXPECT_EQ(BytesTaken("\xC0"), 0);
  EXPECT_EQ(BytesTaken("\xF5"), 0);
  EXPECT_EQ(BytesTaken("\xC2z"), 1);
}

TEST(Utf8CheckerTest, TakesASequenceInPieces) {
  const std::string text = "K\xC3\xB6nig \xE2\x82\xAC \xF0\x9F\x97\xB3 and more than eight bytes";
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    Utf8Checker checker;
    EXPECT_TRUE(checker.Feed(text.substr(0, cut)));
    EXPECT_EQ(checker.complete(), IsValidUtf8(text.substr(0, cut))) << cut;
    EXPECT_TRUE(checker.Feed(text.substr(cut)));
    EXPECT_TRUE(checker.complete());
  }
}

TEST(Utf8CheckerTest, SequenceThatBreaksOffIsNotComplete) {
  EXPECT_FALSE(IsValid("\xF0\x9F\x97"));
  EXPECT_EQ(BytesTaken("\xF0\x9F\x97"), 3);
}

}  // namespace
}  // namespace caucus::edge::websocket
