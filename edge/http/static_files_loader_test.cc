#include "edge/http/static_files_loader.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "common/testing/status_matchers.h"

namespace caucus::edge::http {
namespace {

namespace fs = std::filesystem;

class StaticFilesLoaderTest : public testing::Test {
 protected:
  StaticFilesLoaderTest() {
    std::string pattern = testing::TempDir() + "/static_files_XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~StaticFilesLoaderTest() override { fs::remove_all(root_); }

  void Write(std::string_view name, std::string_view content) const {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << content;
  }

  fs::path root_;
};

TEST_F(StaticFilesLoaderTest, LoadsFilesByTheirPath) {
  Write("index.html", "<html>");
  Write("assets/deep/app.js", "let x");
  Write("empty.txt", "");
  const absl::StatusOr<StaticFiles> files = LoadStaticFiles(root_.string() + "/");
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 3u);
  EXPECT_EQ(*files->Find("index.html")->content, "<html>");
  EXPECT_EQ(*files->Find("assets/deep/app.js")->content, "let x");
  EXPECT_EQ(*files->Find("empty.txt")->content, "");
}

TEST_F(StaticFilesLoaderTest, LeavesOutWhatBeginsWithADot) {
  Write("a", "a");
  Write(".env", "secret");
  Write(".git/config", "secret");
  Write("b/.hidden/c", "secret");
  const absl::StatusOr<StaticFiles> files = LoadStaticFiles(root_.string());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 1u);
}

TEST_F(StaticFilesLoaderTest, EntersNoDirectoryThatIsALink) {
  Write("real/a", "a");
  fs::create_directory_symlink("/etc", root_ / "etc");
  fs::create_directory_symlink("..", root_ / "real/loop");
  const absl::StatusOr<StaticFiles> files = LoadStaticFiles(root_.string());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 1u);
}

TEST_F(StaticFilesLoaderTest, RefusesMoreThanItsLimits) {
  Write("a", "12345");
  Write("b", "12345");
  EXPECT_TRUE(LoadStaticFiles(root_.string(), {.files_max = 2, .bytes_max = 10}).ok());
  EXPECT_THAT(LoadStaticFiles(root_.string(), {.files_max = 1, .bytes_max = 10}),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(LoadStaticFiles(root_.string(), {.files_max = 2, .bytes_max = 9}),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(StaticFilesLoaderTest, RefusesADirectoryThatIsNone) {
  EXPECT_THAT(LoadStaticFiles((root_ / "none").string()), StatusIs(absl::StatusCode::kNotFound));
  Write("file", "");
  EXPECT_THAT(LoadStaticFiles((root_ / "file").string()), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(StaticFilesLoaderTest, LoadsTheBundlesOfTheClient) {
  Write("socket.io.js", "/*!\n * Socket.IO v4.8.4\n * (c) 2014\n */\nlet io");
  Write("socket.io.min.js.map", "{}");
  Write("socket.io.other.js", "let other");
  const absl::StatusOr<StaticFiles> files = LoadClientBundles(root_.string());
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->size(), 2u);
  EXPECT_EQ(files->Find("socket.io.js")->etag, "\"4.8.4\"");
  EXPECT_EQ(files->Find("socket.io.min.js.map")->etag, "\"4.8.4\"");
  EXPECT_EQ(files->Find("socket.io.min.js.map")->content_type, "application/json; charset=utf-8");
}

TEST_F(StaticFilesLoaderTest, RefusesADirectoryWithoutTheClient) {
  EXPECT_THAT(LoadClientBundles(root_.string()), StatusIs(absl::StatusCode::kNotFound));
  Write("socket.io.js", "let io");
  EXPECT_THAT(LoadClientBundles(root_.string()), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace caucus::edge::http
