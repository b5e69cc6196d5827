#include "edge/http/cookie.h"

#include <gtest/gtest.h>

namespace caucus::edge::http {
namespace {

TEST(CookieTest, IsThatOfTheReferenceByDefault) {
  EXPECT_EQ(SetCookie({}, "91HRHARH-hKn8faOAAAA"),
            "io=91HRHARH-hKn8faOAAAA; Path=/; HttpOnly; SameSite=Lax");
}

TEST(CookieTest, WritesEveryAttribute) {
  const CookieOptions options = {.name = "route",
                                 .path = "/socket.io/",
                                 .domain = "a.test",
                                 .max_age = std::chrono::seconds(60),
                                 .http_only = false,
                                 .secure = true,
                                 .same_site = SameSite::kNone};
  EXPECT_EQ(SetCookie(options, "v"),
            "route=v; Max-Age=60; Domain=a.test; Path=/socket.io/; Secure; SameSite=None");
}

TEST(CookieTest, LeavesOutAnEmptyPath) {
  CookieOptions options;
  options.path = "";
  options.same_site = SameSite::kStrict;
  EXPECT_EQ(SetCookie(options, "v"), "io=v; HttpOnly; SameSite=Strict");
}

TEST(CookieTest, KnowsOptionsThatWouldBreakTheHeader) {
  EXPECT_TRUE(IsValid({}));
  EXPECT_FALSE(IsValid({.name = "", .path = "/", .domain = "", .max_age = {}}));
  EXPECT_FALSE(IsValid({.name = "a;b", .path = "/", .domain = "", .max_age = {}}));
  EXPECT_FALSE(IsValid({.name = "a", .path = "/\r\nX: 1", .domain = "", .max_age = {}}));
  EXPECT_FALSE(IsValid({.name = "a", .path = "/", .domain = "a;Secure", .max_age = {}}));
}

}  // namespace
}  // namespace caucus::edge::http
