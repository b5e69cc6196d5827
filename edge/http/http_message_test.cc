#include "edge/http/http_message.h"

#include <gtest/gtest.h>

namespace caucus::edge::http {
namespace {

TEST(HttpMessageTest, FindsHeaders) {
  Request request;
  request.headers = {{"host", "a"}, {"token", "t"}, {"empty", ""}};
  EXPECT_EQ(request.Header("host"), "a");
  EXPECT_EQ(request.Header("token"), "t");
  EXPECT_EQ(request.Header("empty"), "");
  EXPECT_EQ(request.Header("other"), "");
}

TEST(HttpMessageTest, KnowsThePhrasesThatTheErrorTableNeeds) {
  EXPECT_EQ(ReasonPhrase(200), "OK");
  EXPECT_EQ(ReasonPhrase(400), "Bad Request");
  EXPECT_EQ(ReasonPhrase(401), "Unauthorized");
  EXPECT_EQ(ReasonPhrase(403), "Forbidden");
  EXPECT_EQ(ReasonPhrase(404), "Not Found");
  EXPECT_EQ(ReasonPhrase(409), "Conflict");
  EXPECT_EQ(ReasonPhrase(413), "Payload Too Large");
  EXPECT_EQ(ReasonPhrase(429), "Too Many Requests");
  EXPECT_EQ(ReasonPhrase(500), "Internal Server Error");
  EXPECT_EQ(ReasonPhrase(503), "Service Unavailable");
  EXPECT_EQ(ReasonPhrase(504), "Gateway Timeout");
  EXPECT_EQ(ReasonPhrase(299), "Unknown");
}

TEST(HttpMessageTest, WritesAnAnswer) {
  const Response response = {.status = 200,
                             .content_type = "text/plain",
                             .body = "ok",
                             .headers = {{"cache-control", "no-store"}, {"x-a", "b"}}};
  EXPECT_EQ(Serialize(response, BodyMode::kSend, KeepAlive::kYes),
            "HTTP/1.1 200 OK\r\n"
            "Content-Type: text/plain\r\n"
            "Content-Length: 2\r\n"
            "cache-control: no-store\r\n"
            "x-a: b\r\n"
            "Connection: keep-alive\r\n"
            "\r\n"
            "ok");
}

TEST(HttpMessageTest, WritesAnAnswerWithoutAnything) {
  EXPECT_EQ(Serialize({.status = 500, .content_type = "", .body = "", .headers = {}},
                      BodyMode::kSend, KeepAlive::kNo),
            "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
}

TEST(HttpMessageTest, TellsAHeadRequestTheLengthWithoutTheBody) {
  EXPECT_EQ(Serialize({.content_type = "", .body = "12345", .headers = {}}, BodyMode::kOmit,
                      KeepAlive::kYes),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpMessageTest, WritesNoContentWithoutALength) {
  EXPECT_EQ(Serialize({.status = 304, .content_type = "", .body = "", .headers = {}},
                      BodyMode::kSend, KeepAlive::kYes),
            "HTTP/1.1 304 Not Modified\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_EQ(Serialize({.status = 204, .content_type = "", .body = "{}", .headers = {}},
                      BodyMode::kSend, KeepAlive::kYes),
            "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpMessageTest, LeavesASharedBodyToItsSender) {
  const Response response = {.content_type = "",
                             .body = "",
                             .headers = {},
                             .shared_body = std::make_shared<const std::string>("12345")};
  EXPECT_EQ(Serialize(response, BodyMode::kSend, KeepAlive::kYes),
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n");
}

TEST(HttpMessageTest, CannotBeSplitByAValue) {
  const Response response = {.content_type = "text/plain\r\nX-Evil: 1",
                             .body = "",
                             .headers = {{"X-A", "v\r\nSet-Cookie: a=b"},
                                         {"X-B", "v\nSet-Cookie: a=b"},
                                         {"X-C", std::string("v\0w", 3)},
                                         {"X-D\r\nSet-Cookie", "a=b"},
                                         {"", "v"},
                                         {"X E", "v"},
                                         {"X-F", "Zo\xC3\xAB\t1"}}};
  EXPECT_EQ(Serialize(response, BodyMode::kSend, KeepAlive::kYes),
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX-F: Zo\xC3\xAB\t1\r\n"
            "Connection: keep-alive\r\n\r\n");
}

}  // namespace
}  // namespace caucus::edge::http
