#include "edge/gateway/call_metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace caucus::edge::gateway {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Key;
using testing::Not;
using testing::Pair;

TEST(CallMetadataTest, ForwardsTokenAndAddress) {
  CallMetadata metadata;
  const auto entries = metadata.For({.token = "t.1-_", .address = "192.0.2.1"});
  EXPECT_THAT(entries, ElementsAre(Pair("authorization", "Bearer t.1-_"),
                                   Pair("x-forwarded-for", "192.0.2.1"), Key("traceparent"),
                                   Key("x-request-id")));
}

TEST(CallMetadataTest, LeavesOutWhatIsNotThere) {
  CallMetadata metadata;
  EXPECT_THAT(metadata.For({.token = "", .address = ""}),
              ElementsAre(Key("traceparent"), Key("x-request-id")));
}

TEST(CallMetadataTest, NeverForwardsATokenThatMetadataCannotCarry) {
  CallMetadata metadata;
  for (const std::string& token : {std::string("a b"), std::string("a\r\nx: y"),
                                   std::string("\xC3\xA9"), std::string(1, '\0')}) {
    EXPECT_THAT(metadata.For({.token = token, .address = ""}), Not(Contains(Key("authorization"))));
  }
}

TEST(CallMetadataTest, NamesEachCallByItself) {
  CallMetadata metadata;
  const auto first = metadata.For({.token = "", .address = ""});
  const auto second = metadata.For({.token = "", .address = ""});
  EXPECT_NE(first[1].second, second[1].second);
  EXPECT_EQ(first[1].second.size(), 32u);
  EXPECT_EQ(first[0].second.substr(0, 36), "00-" + first[1].second + "-");
  EXPECT_EQ(first[0].second.size(), 55u);
}

TEST(CallMetadataTest, FindsTheBearerToken) {
  EXPECT_EQ(BearerToken("Bearer t"), "t");
  EXPECT_EQ(BearerToken("bearer   t  "), "t");
  EXPECT_EQ(BearerToken("BEARER t u"), "t u");
  EXPECT_EQ(BearerToken("Bearer "), "");
  EXPECT_EQ(BearerToken("Bearer"), "");
  EXPECT_EQ(BearerToken("Basic t"), "");
  EXPECT_EQ(BearerToken(""), "");
  EXPECT_EQ(BearerToken("t"), "");
}

}  // namespace
}  // namespace caucus::edge::gateway
