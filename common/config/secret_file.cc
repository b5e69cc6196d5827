#include "common/config/secret_file.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/status/status_macros.h"

namespace caucus {
namespace {

constexpr std::size_t kSecretBytesMax = 4096;

// As for auth-service's keys. Whoever may not run as the file's owner needs a copy of their own.
absl::Status CheckMode(const std::string& path) {
  struct stat attributes;
  // Whatever else is wrong with it, reading it tells.
  if (stat(path.c_str(), &attributes) != 0 || !S_ISREG(attributes.st_mode)) return absl::OkStatus();
  if ((attributes.st_mode & 077) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrFormat("secret file '%s' has mode %04o, which lets others open it; "
                      "run: chmod 600 '%s'",
                      path, attributes.st_mode & 07777, path));
}

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
  RETURN_IF_ERROR(CheckMode(path));
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
