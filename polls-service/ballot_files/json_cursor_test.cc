#include "polls-service/ballot_files/json_cursor.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "polls-service/ballot_files/json_string.h"

namespace caucus::tally {
namespace {

TEST(JsonCursorTest, WalksOverMembersAndKnowsWhereTheyAre) {
  JsonCursor cursor(R"( {"a\u0062" : [1, -2.5e3 ,null], "c":{"]":"}\""}, "d" : "x" } )");
  std::vector<std::string> seen;
  ASSERT_EQ(cursor.Peek(), JsonCursor::Kind::kObject);
  cursor.Enter();
  ASSERT_TRUE(cursor.HasNext());
  const JsonCursor::Key key = cursor.ReadKey();
  EXPECT_EQ(key.name, "ab");
  EXPECT_EQ(key.offset, 2);
  EXPECT_EQ(cursor.Offset(), 14);
  ASSERT_EQ(cursor.Peek(), JsonCursor::Kind::kArray);
  cursor.Enter();
  while (cursor.HasNext()) seen.emplace_back(cursor.ReadScalar());
  EXPECT_EQ(seen, (std::vector<std::string>{"1", "-2.5e3", "null"}));
  ASSERT_TRUE(cursor.HasNext());
  EXPECT_EQ(cursor.ReadKey().name, "c");
  cursor.Skip();
  ASSERT_TRUE(cursor.HasNext());
  EXPECT_EQ(cursor.ReadKey().name, "d");
  EXPECT_EQ(cursor.ReadString(), "x");
  EXPECT_FALSE(cursor.HasNext());
}

TEST(JsonStringTest, IsReadToItsClosingQuote) {
  const auto string = ReadJsonString(R"("a\"\\" rest")");
  ASSERT_TRUE(string.has_value());
  EXPECT_EQ(string->value, "a\"\\");
  EXPECT_EQ(string->bytes, 7);
}

TEST(JsonStringTest, IsNoneIfItIsMalformed) {
  for (const std::string_view text : {"", "a", "\"", "\"a", "\"a\\\"", "\"\\x\"", "\"\n\""}) {
    EXPECT_FALSE(ReadJsonString(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace caucus::tally
