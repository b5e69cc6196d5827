#include "edge/http/static_files.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "edge/http/content_coding.h"

namespace caucus::edge::http {
namespace {

std::string HeaderOf(const Response& response, std::string_view name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return "";
}

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    files_.Add("index.html", MakeStaticFile("index.html", "<html>"));
    files_.Add("a/app.js", MakeStaticFile("a/app.js", std::string(5000, 'x'), "4.8.4"));
    files_.Add("a/index.html", MakeStaticFile("a/index.html", "<a>"));
  }

  std::optional<Response> Get(std::string_view path, Headers headers = {},
                              std::string_view method = "GET") const {
    Request request;
    request.method = method;
    request.path = path;
    request.headers = std::move(headers);
    return files_.AnswerPath(request);
  }

  StaticFiles files_;
};

TEST_F(StaticFilesTest, ServesAFile) {
  const std::optional<Response> response = Get("/a/app.js");
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->content_type, "application/javascript; charset=utf-8");
  EXPECT_EQ(*response->shared_body, std::string(5000, 'x'));
  EXPECT_EQ(HeaderOf(*response, "ETag"), "\"4.8.4\"");
  EXPECT_EQ(HeaderOf(*response, "Cache-Control"), "public, max-age=0");
  EXPECT_EQ(HeaderOf(*response, "Vary"), "Accept-Encoding");
  EXPECT_EQ(HeaderOf(*response, "Accept-Ranges"), "none");
  EXPECT_EQ(HeaderOf(*response, "Content-Encoding"), "");
}

TEST_F(StaticFilesTest, ServesADirectoryByItsIndex) {
  EXPECT_EQ(*Get("/")->shared_body, "<html>");
  EXPECT_EQ(*Get("/a/")->shared_body, "<a>");
  EXPECT_EQ(Get("/a"), std::nullopt);
}

TEST_F(StaticFilesTest, KnowsNamesByteForByte) {
  for (const std::string_view path :
       {"", "a/app.js", "//a/app.js", "/a//app.js", "/./a/app.js", "/a/../a/app.js", "/A/app.js",
        "/a/app.js/", "/a%2Fapp.js", "/%61/app.js", "/a/app.js%00", "/..", "/../etc/passwd",
        "/../index.html", "/index.html.", "/a/app"}) {
    EXPECT_EQ(Get(path), std::nullopt) << path;
  }
}

TEST_F(StaticFilesTest, AnswersGetAndHeadOnly) {
  EXPECT_EQ(Get("/", {}, "HEAD")->status, 200u);
  for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    EXPECT_EQ(Get("/", {}, method), std::nullopt) << method;
  }
}

TEST_F(StaticFilesTest, SendsAnUnchangedFileNotAgain) {
  for (const std::string_view tags :
       {"\"4.8.4\"", "W/\"4.8.4\"", "\"a\", \"4.8.4\"", "\"a\",W/\"4.8.4\" , \"b\"", "*"}) {
    const std::optional<Response> response =
        Get("/a/app.js", {{"if-none-match", std::string(tags)}});
    EXPECT_EQ(response->status, 304u) << tags;
    EXPECT_EQ(HeaderOf(*response, "ETag"), "\"4.8.4\"");
    EXPECT_EQ(response->body_size(), 0u);
  }
  for (const std::string_view tags : {"4.8.4", "\"4.8.3\"", "\"\"", "", ",", "W/4.8.4"}) {
    EXPECT_EQ(Get("/a/app.js", {{"if-none-match", std::string(tags)}})->status, 200u) << tags;
  }
}

TEST_F(StaticFilesTest, SendsTheFormThatTheClientTakes) {
  const std::string content(5000, 'x');
  const std::optional<Response> gzip = Get("/a/app.js", {{"accept-encoding", "gzip, deflate"}});
  EXPECT_EQ(HeaderOf(*gzip, "Content-Encoding"), "gzip");
  EXPECT_EQ(*gzip->shared_body, Compress(content, ContentCoding::kGzip, CompressionEffort::kSmall));
  const std::optional<Response> brotli =
      Get("/a/app.js", {{"accept-encoding", "gzip, deflate, br, zstd"}});
  EXPECT_EQ(HeaderOf(*brotli, "Content-Encoding"), "br");
  EXPECT_EQ(*brotli->shared_body,
            Compress(content, ContentCoding::kBrotli, CompressionEffort::kSmall));
  const std::optional<Response> deflate = Get("/a/app.js", {{"accept-encoding", "deflate"}});
  EXPECT_EQ(HeaderOf(*deflate, "Content-Encoding"), "deflate");
  EXPECT_EQ(*deflate->shared_body,
            Compress(content, ContentCoding::kDeflate, CompressionEffort::kSmall));
  EXPECT_EQ(*Get("/a/app.js", {{"accept-encoding", "gzip;q=0"}})->shared_body, content);
  // Too short to gain anything.
  EXPECT_EQ(HeaderOf(*Get("/", {{"accept-encoding", "gzip"}}), "Content-Encoding"), "");
}

TEST_F(StaticFilesTest, IgnoresARange) {
  const std::optional<Response> response = Get("/a/app.js", {{"range", "bytes=0-1"}});
  EXPECT_EQ(response->status, 200u);
  EXPECT_EQ(response->body_size(), 5000u);
}

TEST_F(StaticFilesTest, TagsAFileByItsContent) {
  EXPECT_EQ(MakeStaticFile("x", "a").etag, MakeStaticFile("y", "a").etag);
  EXPECT_NE(MakeStaticFile("x", "a").etag, MakeStaticFile("x", "b").etag);
}

TEST_F(StaticFilesTest, KnowsTypesByExtension) {
  EXPECT_EQ(ContentTypeOf("a.html"), "text/html; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.min.js.map"), "application/json; charset=utf-8");
  EXPECT_EQ(ContentTypeOf("a.xyz"), "application/octet-stream");
  EXPECT_EQ(ContentTypeOf("js"), "application/octet-stream");
}

}  // namespace
}  // namespace caucus::edge::http
