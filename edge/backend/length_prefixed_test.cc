#include "edge/backend/length_prefixed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace caucus::edge::backend {
namespace {

using testing::ElementsAre;
using Result = LengthPrefixedReader::Result;
using std::literals::operator""s;
using std::literals::operator""sv;

constexpr size_t kBytesMax = 1000;

// Everything that `pieces`, one after the other, hold.
std::vector<std::string> ReadAll(const std::vector<std::string>& pieces) {
  LengthPrefixedReader reader;
  std::vector<std::string> messages;
  for (std::string_view piece : pieces) {
    while (reader.Read(piece, kBytesMax) == Result::kMessage) {
      messages.push_back(reader.TakeMessage());
      if (piece.empty()) break;
    }
    EXPECT_TRUE(piece.empty());
  }
  EXPECT_FALSE(reader.in_message());
  return messages;
}

TEST(LengthPrefixedTest, PutsTheLengthInFront) {
  EXPECT_EQ(PrefixMessage("abc"), "\0\0\0\0\3abc"s);
  EXPECT_EQ(PrefixMessage(""), "\0\0\0\0\0"s);
  EXPECT_EQ(PrefixMessage(std::string(0x10203, 'x')).substr(0, 5), "\0\0\1\2\3"s);
}

TEST(LengthPrefixedTest, ReadsWhatWasPrefixed) {
  EXPECT_THAT(ReadAll({PrefixMessage("abc") + PrefixMessage("") + PrefixMessage("d")}),
              ElementsAre("abc", "", "d"));
}

TEST(LengthPrefixedTest, ReadsOneByteAtATime) {
  std::vector<std::string> pieces;
  for (const char c : PrefixMessage("abc") + PrefixMessage("") + PrefixMessage("d")) {
    pieces.emplace_back(1, c);
  }
  EXPECT_THAT(ReadAll(pieces), ElementsAre("abc", "", "d"));
}

TEST(LengthPrefixedTest, KnowsThatAMessageHasBegun) {
  LengthPrefixedReader reader;
  EXPECT_FALSE(reader.in_message());
  std::string_view piece = "\0"sv;
  EXPECT_EQ(reader.Read(piece, kBytesMax), Result::kNeedMore);
  EXPECT_TRUE(reader.in_message());
  piece = "\0\0\0\2x"sv;
  EXPECT_EQ(reader.Read(piece, kBytesMax), Result::kNeedMore);
  EXPECT_TRUE(reader.in_message());
}

TEST(LengthPrefixedTest, RefusesALongMessageBeforeItComes) {
  LengthPrefixedReader reader;
  std::string_view piece = "\0\xFF\xFF\xFF\xFF"sv;
  EXPECT_EQ(reader.Read(piece, kBytesMax), Result::kTooLarge);
}

TEST(LengthPrefixedTest, RefusesACompressedMessage) {
  LengthPrefixedReader reader;
  std::string_view piece = "\1\0\0\0\1x"sv;
  EXPECT_EQ(reader.Read(piece, kBytesMax), Result::kCompressed);
}

}  // namespace
}  // namespace caucus::edge::backend
