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

TEST(HttpGateTest, LimitsTheNumberOfHeaders) {
  std::string headers = "Host: a\r\n";
  for (int i = 0; i < 63; ++i) headers += "X: 1\r\n";
  EXPECT_EQ(Check(headers), std::nullopt);
  EXPECT_EQ(Check(headers + "X: 1\r\n"), 431u);
}

}  // namespace
}  // namespace caucus::edge::http
