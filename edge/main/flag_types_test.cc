#include "edge/main/flag_types.h"

#include <gtest/gtest.h>

#include <string>

namespace caucus::edge {
namespace {

// Whether a flag of type T takes `text`; one that does not must say why.
template <typename T>
bool Takes(const std::string& text) {
  T value;
  std::string error;
  const bool taken = AbslParseFlag(text, &value, &error);
  if (taken) {
    EXPECT_EQ(AbslUnparseFlag(value).empty(), text.empty()) << text;
  }
  return taken;
}

TEST(FlagTypesTest, ACountIsAtLeastOne) {
  EXPECT_TRUE(Takes<Count>("1"));
  EXPECT_TRUE(Takes<Count>("4294967295"));
  for (const char* text : {"0", "-1", "4294967296", "x", ""}) EXPECT_FALSE(Takes<Count>(text));
}

TEST(FlagTypesTest, ATimeoutIsBetweenAMillisecondAndADay) {
  for (const char* text : {"1ms", "300ms", "24h"}) EXPECT_TRUE(Takes<Timeout>(text));
  for (const char* text : {"0", "-1s", "inf", "25h", "5", "999us"}) {
    EXPECT_FALSE(Takes<Timeout>(text)) << text;
  }
}

TEST(FlagTypesTest, AnAgeMayBeNone) {
  for (const char* text : {"0", "1s", "8760h"}) EXPECT_TRUE(Takes<MaxAge>(text));
  for (const char* text : {"-5s", "inf", "1ms", "876000h"}) EXPECT_FALSE(Takes<MaxAge>(text));
}

TEST(FlagTypesTest, ARateIsFinite) {
  for (const char* text : {"0", "0.5", "1e6"}) EXPECT_TRUE(Takes<Rate>(text));
  for (const char* text : {"nan", "inf", "-1", "many"}) EXPECT_FALSE(Takes<Rate>(text)) << text;
}

TEST(FlagTypesTest, APathIsOneThatRequestsCanHave) {
  for (const char* text : {"/socket.io", "/a/b/", "/%20"}) EXPECT_TRUE(Takes<PathPrefix>(text));
  for (const char* text :
       {"", "/", "//", "/a//b", "a", "/a b", "/a?c", "/a#c", "/\xC3\xA9", "/\r\n"}) {
    EXPECT_FALSE(Takes<PathPrefix>(text)) << text;
  }
}

TEST(FlagTypesTest, OriginsAreWrittenAsBrowsersDo) {
  for (const char* text : {"", "*", "null", "https://example.org", "http://localhost:3000,null",
                           "http://[::1]:8080", "chrome-extension://abcdefgh"}) {
    EXPECT_TRUE(Takes<OriginList>(text)) << text;
  }
  for (const char* text :
       {"example.org", "https://example.org/", "https://example.org/app", "https://Example.org",
        "https://", "://x", "https://a,,https://b", "https://a\r\nX: y"}) {
    EXPECT_FALSE(Takes<OriginList>(text)) << text;
  }
}

TEST(FlagTypesTest, NamesOfMethodsAndHeadersAreTokens) {
  for (const char* text : {"", "GET", "GET,POST", "X-Token,*"}) EXPECT_TRUE(Takes<TokenList>(text));
  for (const char* text : {"GET, POST", "a\r\nb", "a,,b", "a:b"}) {
    EXPECT_FALSE(Takes<TokenList>(text)) << text;
  }
}

TEST(FlagTypesTest, AnIdHasNothingThatALogMightMistake) {
  for (const char* text : {"", "edge-1", "eu.west:7_a"}) EXPECT_TRUE(Takes<Identifier>(text));
  EXPECT_FALSE(Takes<Identifier>(std::string(129, 'a')));
  for (const char* text : {"a b", "a\n", "\xFF", "a\"b"}) EXPECT_FALSE(Takes<Identifier>(text));
}

}  // namespace
}  // namespace caucus::edge
