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

TEST_F(StaticFilesTest, UndoesTheEscapesOfAPathOnce) {
  files_.Add("with space.txt", MakeStaticFile("with space.txt", "space"));
  files_.Add("\xC3\xA9.txt", MakeStaticFile("\xC3\xA9.txt", "accent"));
  files_.Add("100%25.txt", MakeStaticFile("100%25.txt", "percent"));
  EXPECT_EQ(*Get("/with%20space.txt")->shared_body, "space");
  EXPECT_EQ(*Get("/%C3%A9.txt")->shared_body, "accent");
  EXPECT_EQ(*Get("/%c3%a9%2etxt")->shared_body, "accent");
  EXPECT_EQ(*Get("/100%2525.txt")->shared_body, "percent");
  EXPECT_EQ(*Get("/%61/app.js")->shared_body, std::string(5000, 'x'));
  EXPECT_EQ(Get("/%61/")->shared_body, Get("/a/")->shared_body);
  EXPECT_EQ(Get("/100%25.txt"), std::nullopt);
  EXPECT_EQ(Get("/with+space.txt"), std::nullopt);
  EXPECT_EQ(Get("/%C3%A9.txt")->content_type, "text/plain; charset=utf-8");
}

// Files of these names would be found, were an escape read differently.
TEST_F(StaticFilesTest, FindsNothingByAnEscapeThatMayBeReadDifferently) {
  for (const std::string_view name : {"%", "%6", "%6x", "%+6", "% 6", "%x6", "%0x61", "%u0061",
                                      "a%", "a%6", "\\", "a/b", "a\\b", "../x", "..", "."}) {
    files_.Add(std::string(name), MakeStaticFile("x", "found"));
  }
  files_.Add(std::string("a\0", 2), MakeStaticFile("x", "found"));
  for (const std::string_view path :
       {"/%", "/%6", "/%6x", "/%+6", "/% 6", "/%x6", "/%0x61", "/%u0061", "/a%", "/a%6", "/%5C",
        "/%5c", "/a%2Fb", "/a%2fb", "/a%5Cb", "/..%2Fx", "/a%00", "/%2Fa/app.js", "/%252e"}) {
    EXPECT_EQ(Get(path), std::nullopt) << path;
  }
}

TEST_F(StaticFilesTest, KnowsNamesByteForByte) {
  for (const std::string_view path :
       {"", "a/app.js", "//a/app.js", "/a//app.js", "/./a/app.js", "/a/../a/app.js", "/A/app.js",
        "/a/app.js/", "/a%2Fapp.js", "/a/app.js%00", "/..", "/%2e%2e/index.html", "/%2e/index.html",
        "/../etc/passwd", "/../index.html", "/index.html.", "/a/app"}) {
    EXPECT_EQ(Get(path), std::nullopt) << path;
  }
}

TEST_F(StaticFilesTest, AnswersGetAndHeadOnly) {
  EXPECT_EQ(Get("/", {}, "HEAD")->status, 200u);
  for (const std::string_view method : {"POST", "PUT", "DELETE", "OPTIONS", "get"}) {
    EXPECT_EQ(Get("/", {}, method), std::nullopt) << method;
  }
}

TEST_F(StaticFilesTest, AnswersAnyMethodByName) {
  Request request;
  request.method = "POST";
  EXPECT_EQ(files_.Answer(request, "index.html")->status, 200u);
  EXPECT_EQ(files_.Answer(request, "none.html"), std::nullopt);
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
