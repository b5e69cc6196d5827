#include "common/config/secret_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace caucus {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

}  // namespace

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int error = errno;
    const std::string message =
        absl::StrCat("cannot open secret file '", path, "': ", std::strerror(error));
    return error == ENOENT ? absl::NotFoundError(message) : absl::FailedPreconditionError(message);
  }
  std::string content(kSecretBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad()) {
    return absl::FailedPreconditionError(absl::StrCat("cannot read secret file '", path, "'"));
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  if (content.size() > kSecretBytesMax) {
    return absl::FailedPreconditionError(
        absl::StrCat("secret file '", path, "' is longer than ", kSecretBytesMax, " bytes"));
  }
  absl::StripAsciiWhitespace(&content);
  if (content.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("secret file '", path, "' is empty"));
  }
  return content;
}

}  // namespace caucus
