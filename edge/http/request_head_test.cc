#include "edge/http/request_head.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace caucus::edge::http {
namespace {

RequestHead Parse(std::string_view headers, std::string_view line = "GET / HTTP/1.1") {
  return ParseHead(std::string(line) + "\r\n" + std::string(headers) + "\r\n");
}

TEST(RequestHeadTest, ReadsTheRequestLine) {
  const Request request = Parse("", "POST /a/b?x=1&y=? HTTP/1.1").request;
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.path, "/a/b");
  EXPECT_EQ(request.query, "x=1&y=?");
  EXPECT_EQ(Parse("", "OPTIONS * HTTP/1.1").request.path, "*");
}

TEST(RequestHeadTest, ReadsHeaders) {
  const Request request =
      Parse("Host: a\r\nX-Name:\t Zo\xC3\xAB  \r\nX-Empty:\r\nHOST2:b:c\r\n").request;
  const Headers expected = {
      {"host", "a"}, {"x-name", "Zo\xC3\xAB"}, {"x-empty", ""}, {"host2", "b:c"}};
  EXPECT_EQ(request.headers, expected);
}

TEST(RequestHeadTest, ReadsWhatBodyFollows) {
  EXPECT_EQ(Parse("Host: a\r\n").content_length, 0u);
  EXPECT_EQ(Parse("Content-Length: 17\r\n").content_length, 17u);
  EXPECT_EQ(Parse("Content-Length: 0017\r\n").content_length, 17u);
  EXPECT_EQ(Parse("Content-Length: 18446744073709551616\r\n").content_length, UINT64_MAX);
  EXPECT_FALSE(Parse("Content-Length: 17\r\n").is_chunked);
  EXPECT_TRUE(Parse("Transfer-Encoding: Chunked\r\n").is_chunked);
}

TEST(RequestHeadTest, ReadsWhetherTheConnectionGoesOn) {
  EXPECT_TRUE(Parse("").keep_alive);
  EXPECT_FALSE(Parse("Connection: foo, Close\r\n").keep_alive);
  EXPECT_FALSE(Parse("Connection: foo\r\nConnection: close\r\n").keep_alive);
  EXPECT_FALSE(Parse("", "GET / HTTP/1.0").keep_alive);
  EXPECT_TRUE(Parse("Connection: keep-alive\r\n", "GET / HTTP/1.0").keep_alive);
}

TEST(RequestHeadTest, ReadsWhetherAnotherProtocolIsAskedFor) {
  EXPECT_TRUE(
      Parse("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n").request.is_upgrade);
  EXPECT_TRUE(Parse("Connection: Upgrade\r\nUpgrade: h2c\r\n").request.is_upgrade);
  EXPECT_FALSE(Parse("Upgrade: websocket\r\n").request.is_upgrade);
  EXPECT_FALSE(Parse("Connection: Upgrade\r\n").request.is_upgrade);
  EXPECT_FALSE(
      Parse("Connection: Upgrade\r\nUpgrade: websocket\r\n", "GET / HTTP/1.0").request.is_upgrade);
}

TEST(RequestHeadTest, ReadsWhetherTheClientWaits) {
  EXPECT_TRUE(Parse("Expect: 100-Continue\r\n").expects_continue);
  EXPECT_FALSE(Parse("").expects_continue);
  EXPECT_FALSE(Parse("Expect: 100-continue\r\n", "POST / HTTP/1.0").expects_continue);
}

TEST(RequestHeadTest, FindsElementsOfLists) {
  EXPECT_TRUE(ListContains("a, B ,c", "b"));
  EXPECT_FALSE(ListContains("ab, c", "b"));
  EXPECT_FALSE(ListContains("", "b"));
}

}  // namespace
}  // namespace caucus::edge::http
