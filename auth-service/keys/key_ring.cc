#include "auth-service/keys/key_ring.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "auth-service/keys/private_file.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

namespace fs = std::filesystem;

constexpr char kFirstKeyName[] = "/key-0001.pem";

absl::Status CreateDirectory(const std::string& directory) {
  std::error_code error;
  fs::create_directories(fs::path(directory).parent_path(), error);
  if (mkdir(directory.c_str(), 0700) == 0 || errno == EEXIST) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("cannot create '", directory, "': ", std::strerror(errno)));
}

absl::StatusOr<std::vector<std::string>> ListKeyFiles(const std::string& directory) {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".pem") continue;
    paths.push_back(entry->path().string());
    if (paths.size() > KeyRing::kKeysMax) {
      return absl::FailedPreconditionError(
          absl::StrCat("more than ", KeyRing::kKeysMax, " keys in '", directory, "'"));
    }
  }
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot list '", directory, "': ", error.message()));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::Status CreateFirstKey(const std::string& directory) {
  ASSIGN_OR_RETURN(const SigningKey key, SigningKey::Generate());
  ASSIGN_OR_RETURN(const std::string pem, key.ToPem());
  const absl::Status status = CreatePrivateFile(directory + kFirstKeyName, pem);
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

}  // namespace

absl::StatusOr<KeyRing> KeyRing::Open(const std::string& directory) {
  RETURN_IF_ERROR(CreateDirectory(directory));
  ASSIGN_OR_RETURN(std::vector<std::string> paths, ListKeyFiles(directory));
  if (paths.empty()) {
    RETURN_IF_ERROR(CreateFirstKey(directory));
    paths.push_back(directory + kFirstKeyName);
  }
  std::vector<SigningKey> keys;
  for (const std::string& path : paths) {
    ASSIGN_OR_RETURN(const std::string pem, ReadPrivateFile(path));
    absl::StatusOr<SigningKey> key = SigningKey::FromPem(pem);
    if (!key.ok()) {
      return absl::FailedPreconditionError(absl::StrCat("'", path, "': ", key.status().message()));
    }
    keys.push_back(*std::move(key));
  }
  return KeyRing(std::move(keys));
}

KeyRing::KeyRing(std::vector<SigningKey> keys) : keys_(std::move(keys)) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    index_by_id_[keys_[i].verification_key().id()] = i;
  }
}

const VerificationKey* KeyRing::Find(std::string_view id) const {
  const auto found = index_by_id_.find(id);
  return found == index_by_id_.end() ? nullptr : &keys_[found->second].verification_key();
}

}  // namespace caucus::auth
