#include "edge/http/http_gate.h"

#include <gtest/gtest.h>

#include <string>

namespace caucus::edge::http {
namespace {

std::optional<unsigned> Check(std::string_view headers, std::string_view line = "GET / HTTP/1.1") {
  return CheckHead(std::string(line) + "\r\n" + std::string(headers) + "\r\n", HeadLimits{});
}

TEST(HttpGateTest, LetsOrdinaryRequestsPass) {
  EXPECT_EQ(Check("Host: a\r\n"), std::nullopt);
  EXPECT_EQ(Check("Host: a\r\nContent-Length: 5\r\n", "POST /x?y=1 HTTP/1.1"), std::nullopt);
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: chunked\r\n", "POST / HTTP/1.1"), std::nullopt);
  EXPECT_EQ(Check("Host: a\r\nX-Name: Zo\xC3\xAB\r\n"), std::nullopt);
  EXPECT_EQ(Check("", "GET / HTTP/1.0"), std::nullopt);
}

TEST(HttpGateTest, RefusesWhatAProxyMayReadDifferently) {
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: xchunked\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: chunked, identity\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nTransfer-Encoding: chunked\r\n", "POST / HTTP/1.0"), 400u);
}

TEST(HttpGateTest, WantsExactlyOneHost) {
  EXPECT_EQ(Check(""), 400u);
  EXPECT_EQ(Check("Host: a\r\nHost: b\r\n"), 400u);
}

TEST(HttpGateTest, RefusesFoldedAndMalformedHeaders) {
  EXPECT_EQ(Check("Host: a\r\nX: 1\r\n  folded\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nno colon\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nX : 1\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\n: 1\r\n"), 400u);
}

TEST(HttpGateTest, RefusesBytesBeyondAsciiInTheTarget) {
  EXPECT_EQ(Check("Host: a\r\n", "GET /\x80 HTTP/1.1"), 400u);
  EXPECT_EQ(Check("Host: a\r\n", "GET /\x01 HTTP/1.1"), 400u);
}

TEST(HttpGateTest, WantsARequestLineOfThreeParts) {
  for (const std::string_view line :
       {"", "GET", "GET /", "GET  / HTTP/1.1", "GET /  HTTP/1.1", "GET / HTTP/1.1 ",
        "GET / a HTTP/1.1", "G(T / HTTP/1.1", " GET / HTTP/1.1", "GET / HTTP/2.0", "GET / HTTP/1.2",
        "GET / HTTP/1.10", "GET / http/1.1", "GET\t/ HTTP/1.1", "GET / HTTP/1.1\r"}) {
    EXPECT_EQ(Check("Host: a\r\n", line), 400u) << line;
  }
}

TEST(HttpGateTest, WantsALengthThatIsANumber) {
  for (const std::string_view value : {"+5", "0x5", "-1", "", "5 5", "5,5", "5;", "\xB2"}) {
    EXPECT_EQ(Check("Host: a\r\nContent-Length: " + std::string(value) + "\r\n"), 400u) << value;
  }
}

TEST(HttpGateTest, WantsOneHostInItsHeader) {
  for (const std::string_view value : {"a, b", "a b", "http://a", "a/b", "a@b", "a\\b"}) {
    EXPECT_EQ(Check("Host: " + std::string(value) + "\r\n"), 400u) << value;
  }
  EXPECT_EQ(Check("Host: [::1]:8080\r\n"), std::nullopt);
  EXPECT_EQ(Check("Host:\r\n"), std::nullopt);
}

TEST(HttpGateTest, RefusesControlCharactersInValues) {
  EXPECT_EQ(Check("Host: a\r\nX: a\nY: b\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nX: a\rY: b\r\n"), 400u);
  EXPECT_EQ(Check(std::string_view("Host: a\r\nX: \0\r\n", 15)), 400u);
  EXPECT_EQ(Check("Host: a\r\nX: \x7F\r\n"), 400u);
  EXPECT_EQ(Check("Host: a\r\nX: a\tb\r\n"), std::nullopt);
}

TEST(HttpGateTest, SeesALineThatEndsAlone) {
  for (const std::string_view head :
       {"\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: a\n", "GET / HTTP/1.1\rH",
        "GET / HTTP/1.1\r\r", "GET / HTTP/1.1\r\n\n", "a\n\r\n"}) {
    EXPECT_TRUE(HasBareLineEnd(head)) << head;
  }
  for (const std::string_view head :
       {"", "GET / HTTP/1.1", "GET / HTTP/1.1\r", "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r", "GET / HTTP/1.1\r\n\r\n"}) {
    EXPECT_FALSE(HasBareLineEnd(head)) << head;
  }
}

TEST(HttpGateTest, LimitsTheNumberOfHeaders) {
  std::string headers = "Host: a\r\n";
  for (int i = 0; i < 63; ++i) headers += "X: 1\r\n";
  EXPECT_EQ(Check(headers), std::nullopt);
  EXPECT_EQ(Check(headers + "X: 1\r\n"), 431u);
}

}  // namespace
}  // namespace caucus::edge::http
