#include "edge/http/static_files_loader.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"

namespace caucus::edge::http {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 8> kBundles = {
    "socket.io.js",
    "socket.io.js.map",
    "socket.io.min.js",
    "socket.io.min.js.map",
    "socket.io.esm.min.js",
    "socket.io.esm.min.js.map",
    "socket.io.msgpack.min.js",
    "socket.io.msgpack.min.js.map",
};

// In the comment at the top of each bundle.
constexpr std::string_view kVersionMark = "Socket.IO v";
constexpr size_t kBannerBytes = 200;

absl::StatusOr<std::string> ReadFile(const fs::path& path, size_t bytes_max) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error) return absl::NotFoundError(absl::StrCat("cannot read ", path.string()));
  if (size > bytes_max) return absl::ResourceExhaustedError("too many bytes to serve");
  std::string content(size, '\0');
  std::ifstream file(path, std::ios::binary);
  if (!file.read(content.data(), static_cast<std::streamsize>(size))) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path.string()));
  }
  return content;
}

absl::StatusOr<std::string> VersionOf(std::string_view bundle) {
  const std::string_view banner = bundle.substr(0, kBannerBytes);
  const size_t mark = banner.find(kVersionMark);
  if (mark == std::string_view::npos) {
    return absl::NotFoundError("the client bundle does not tell its version");
  }
  const std::string_view version = banner.substr(mark + kVersionMark.size());
  return std::string(version.substr(0, version.find_first_of(" \t\r\n*")));
}

}  // namespace

absl::StatusOr<StaticFiles> LoadStaticFiles(const std::string& directory,
                                            const StaticFileLimits& limits) {
  const absl::Status unreadable = absl::NotFoundError(absl::StrCat("cannot read ", directory));
  std::error_code error;
  StaticFiles files;
  size_t bytes_left = limits.bytes_max;
  fs::recursive_directory_iterator entry(directory, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code vanished;
    if (!entry->is_regular_file(vanished)) continue;
    if (files.size() == limits.files_max) {
      return absl::ResourceExhaustedError("too many files to serve");
    }
    ASSIGN_OR_RETURN(std::string content, ReadFile(entry->path(), bytes_left));
    bytes_left -= content.size();
    const std::string name = entry->path().lexically_relative(directory).generic_string();
    files.Add(name, MakeStaticFile(name, std::move(content)));
  }
  if (error) return unreadable;
  return files;
}

absl::StatusOr<StaticFiles> LoadClientBundles(const std::string& dist_directory) {
  const fs::path directory(dist_directory);
  const size_t bytes_max = StaticFileLimits{}.bytes_max;
  ASSIGN_OR_RETURN(const std::string bundle, ReadFile(directory / kBundles.front(), bytes_max));
  ASSIGN_OR_RETURN(const std::string version, VersionOf(bundle));
  StaticFiles files;
  for (const std::string_view name : kBundles) {
    absl::StatusOr<std::string> content = ReadFile(directory / name, bytes_max);
    if (!content.ok()) continue;
    files.Add(std::string(name), MakeStaticFile(name, *std::move(content), version));
  }
  return files;
}

}  // namespace caucus::edge::http
