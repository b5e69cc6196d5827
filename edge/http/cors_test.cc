#include "edge/http/cors.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

// Every expectation was observed on socket.io 4.8.4 with the same options, except that a single
// origin of ours is a list of one.

namespace caucus::edge::http {
namespace {

Request RequestOf(std::string_view method, std::string_view origin,
                  std::string_view wanted_headers = "") {
  Request request;
  request.method = method;
  if (!origin.empty()) request.headers.emplace_back("origin", origin);
  if (!wanted_headers.empty()) {
    request.headers.emplace_back("access-control-request-headers", wanted_headers);
  }
  return request;
}

std::string TextOf(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers) text.append(name + ": " + value + "\n");
  return text;
}

std::string HeadersOf(const CorsOptions& options, const Request& request) {
  return TextOf(Cors(options).HeadersFor(request));
}

std::string PreflightOf(const CorsOptions& options, const Request& request) {
  const std::optional<Response> response = Cors(options).Preflight(request);
  return response ? std::to_string(response->status) + "\n" + TextOf(response->headers) : "none";
}

// CVE-2020-28481: `*` without having been asked for it.
TEST(CorsTest, IsSilentByDefault) {
  EXPECT_EQ(HeadersOf({}, RequestOf("GET", "http://a.test")), "");
  EXPECT_EQ(HeadersOf({}, RequestOf("OPTIONS", "http://a.test")), "");
  EXPECT_EQ(PreflightOf({}, RequestOf("OPTIONS", "http://a.test")), "none");
}

TEST(CorsTest, AllowsEveryOrigin) {
  CorsOptions options;
  options.origins = {"*"};
  EXPECT_EQ(HeadersOf(options, RequestOf("GET", "http://a.test")),
            "Access-Control-Allow-Origin: *\n");
  EXPECT_EQ(PreflightOf(options, RequestOf("OPTIONS", "http://a.test", "foo, bar")),
            "204\n"
            "Access-Control-Allow-Origin: *\n"
            "Vary: Access-Control-Request-Headers\n"
            "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\n"
            "Access-Control-Allow-Headers: foo, bar\n"
            "Content-Length: 0\n");
}

TEST(CorsTest, ReflectsAnOriginThatIsListed) {
  CorsOptions options;
  options.origins = {"http://a.test", "http://b.test"};
  options.credentials = true;
  options.max_age = std::chrono::seconds(60);
  options.exposed_headers = {"x", "y"};
  EXPECT_EQ(HeadersOf(options, RequestOf("GET", "http://b.test")),
            "Access-Control-Allow-Origin: http://b.test\n"
            "Vary: Origin\n"
            "Access-Control-Allow-Credentials: true\n"
            "Access-Control-Expose-Headers: x,y\n");
  EXPECT_EQ(PreflightOf(options, RequestOf("OPTIONS", "http://a.test", "foo, bar")),
            "204\n"
            "Access-Control-Allow-Origin: http://a.test\n"
            "Vary: Origin, Access-Control-Request-Headers\n"
            "Access-Control-Allow-Credentials: true\n"
            "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\n"
            "Access-Control-Allow-Headers: foo, bar\n"
            "Access-Control-Max-Age: 60\n"
            "Access-Control-Expose-Headers: x,y\n"
            "Content-Length: 0\n");
}

TEST(CorsTest, AllowsNoOriginThatIsNotListed) {
  CorsOptions options;
  options.origins = {"http://a.test"};
  for (const std::string_view origin : {"", "http://evil.test", "null", "*"}) {
    EXPECT_EQ(HeadersOf(options, RequestOf("GET", origin)), "Vary: Origin\n");
    EXPECT_EQ(PreflightOf(options, RequestOf("OPTIONS", origin)),
              "204\n"
              "Vary: Origin, Access-Control-Request-Headers\n"
              "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\n"
              "Content-Length: 0\n");
  }
}

TEST(CorsTest, FollowsItsOptions) {
  CorsOptions options;
  options.origins = {"http://a.test"};
  options.methods = {"GET", "POST"};
  options.allowed_headers = {"h1", "h2"};
  options.options_success_status = 200;
  EXPECT_EQ(PreflightOf(options, RequestOf("OPTIONS", "http://a.test", "foo, bar")),
            "200\n"
            "Access-Control-Allow-Origin: http://a.test\n"
            "Vary: Origin\n"
            "Access-Control-Allow-Methods: GET,POST\n"
            "Access-Control-Allow-Headers: h1,h2\n");
}

TEST(CorsTest, LetsAPreflightPassOn) {
  CorsOptions options;
  options.origins = {"http://a.test"};
  options.preflight_continue = true;
  EXPECT_EQ(PreflightOf(options, RequestOf("OPTIONS", "http://a.test")), "none");
  EXPECT_EQ(HeadersOf(options, RequestOf("OPTIONS", "http://a.test", "foo")),
            "Access-Control-Allow-Origin: http://a.test\n"
            "Vary: Origin, Access-Control-Request-Headers\n"
            "Access-Control-Allow-Methods: GET,HEAD,PUT,PATCH,POST,DELETE\n"
            "Access-Control-Allow-Headers: foo\n");
}

TEST(CorsTest, AnswersNothingButOptions) {
  CorsOptions options;
  options.origins = {"*"};
  EXPECT_EQ(PreflightOf(options, RequestOf("GET", "http://a.test")), "none");
  EXPECT_EQ(PreflightOf(options, RequestOf("POST", "http://a.test")), "none");
}

}  // namespace
}  // namespace caucus::edge::http
