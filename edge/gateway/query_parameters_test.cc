#include "edge/gateway/query_parameters.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace caucus::edge::gateway {
namespace {

using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

TEST(QueryParametersTest, SplitsAQuery) {
  EXPECT_THAT(ParseQueryParameters("a=1&b=x=y&c&d="),
              UnorderedElementsAre(Pair("a", "1"), Pair("b", "x=y"), Pair("c", ""), Pair("d", "")));
  EXPECT_THAT(ParseQueryParameters(""), IsEmpty());
  EXPECT_THAT(ParseQueryParameters("&&=1&="), IsEmpty());
}

TEST(QueryParametersTest, Unescapes) {
  EXPECT_THAT(ParseQueryParameters("a=x%20y+z&%62=%C3%A9&c=%3d%3D%26"),
              UnorderedElementsAre(Pair("a", "x y z"), Pair("b", "\xC3\xA9"), Pair("c", "==&")));
}

TEST(QueryParametersTest, KeepsABadEscapeAsItIs) {
  EXPECT_THAT(
      ParseQueryParameters("a=%&b=%4&c=%zz&d=100%25%"),
      UnorderedElementsAre(Pair("a", "%"), Pair("b", "%4"), Pair("c", "%zz"), Pair("d", "100%%")));
}

TEST(QueryParametersTest, LeavesOutWhatIsNoUtf8) {
  EXPECT_THAT(ParseQueryParameters("a=%FF&%FF=a&b=%C3&c=1&d=%ED%A0%80"),
              UnorderedElementsAre(Pair("c", "1")));
}

TEST(QueryParametersTest, TakesTheFirstOfARepeatedName) {
  EXPECT_THAT(ParseQueryParameters("a=1&a=2&%61=3"), UnorderedElementsAre(Pair("a", "1")));
}

TEST(QueryParametersTest, LeavesOutTheParametersOfEngineIo) {
  EXPECT_THAT(ParseQueryParameters("EIO=4&transport=polling&sid=x&t=1&b64=1&room=tea&eio=5"),
              UnorderedElementsAre(Pair("room", "tea"), Pair("eio", "5")));
}

}  // namespace
}  // namespace caucus::edge::gateway
