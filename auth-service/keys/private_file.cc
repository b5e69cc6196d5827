#include "auth-service/keys/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace caucus::auth {
namespace {

constexpr std::size_t kContentBytesMax = 16 * 1024;

absl::Status ErrnoError(std::string_view action, const std::string& path) {
  const int error = errno;
  const std::string message =
      absl::StrCat(std::string(action), " '", path, "': ", std::strerror(error));
  if (error == ENOENT) return absl::NotFoundError(message);
  if (error == EEXIST) return absl::AlreadyExistsError(message);
  return absl::FailedPreconditionError(message);
}

bool WriteAll(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

absl::Status WriteDurably(const std::string& path, std::string_view content) {
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return ErrnoError("cannot create", path);
  const bool is_written = WriteAll(fd, content) && fsync(fd) == 0;
  absl::Status status = is_written ? absl::OkStatus() : ErrnoError("cannot write", path);
  close(fd);
  return status;
}

void SyncDirectoryOf(const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  const int fd =
      open(directory.empty() ? "." : directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

absl::Status CreatePrivateFile(const std::string& path, std::string_view content) {
  const std::string temporary = absl::StrCat(path, ".", getpid(), ".new");
  // A process of this id that died here left it behind.
  unlink(temporary.c_str());
  absl::Status status = WriteDurably(temporary, content);
  // Unlike rename, link never replaces a file that another process has created meanwhile.
  if (status.ok() && link(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoError("cannot create", path);
  }
  unlink(temporary.c_str());
  if (status.ok()) SyncDirectoryOf(path);
  return absl::IsNotFound(status) ? absl::FailedPreconditionError(status.message()) : status;
}

absl::StatusOr<std::string> ReadPrivateFile(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return ErrnoError("cannot open", path);
  const absl::Cleanup close_file = [fd] { close(fd); };
  struct stat attributes;
  if (fstat(fd, &attributes) != 0) return ErrnoError("cannot inspect", path);
  if (!S_ISREG(attributes.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat("'", path, "' is not a regular file"));
  }
  if ((attributes.st_mode & 077) != 0) {
    return absl::FailedPreconditionError(
        absl::StrFormat("'%s' holds a secret but has mode %04o, which lets others read it; "
                        "run: chmod 600 '%s'",
                        path, attributes.st_mode & 07777, path));
  }
  if (static_cast<std::size_t>(attributes.st_size) > kContentBytesMax) {
    return absl::FailedPreconditionError(absl::StrCat("'", path, "' is too long"));
  }
  std::string content(static_cast<std::size_t>(attributes.st_size), '\0');
  const ssize_t size = read(fd, content.data(), content.size());
  if (size < 0) return ErrnoError("cannot read", path);
  content.resize(static_cast<std::size_t>(size));
  return content;
}

}  // namespace caucus::auth
