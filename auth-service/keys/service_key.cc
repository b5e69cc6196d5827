#include "auth-service/keys/service_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "auth-service/keys/private_file.h"
#include "common/config/secret_file.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

constexpr std::size_t kKeyCharactersMin = 16;

absl::Status CreateServiceKey(const std::string& path) {
  std::string bytes(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), 32) != 1) {
    return absl::InternalError("OpenSSL has no random bytes");
  }
  const absl::Status status = CreatePrivateFile(path, absl::BytesToHexString(bytes) + "\n");
  return absl::IsAlreadyExists(status) ? absl::OkStatus() : status;
}

std::array<unsigned char, 32> Digest(std::string_view key) {
  std::array<unsigned char, 32> digest;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return digest;
}

}  // namespace

absl::StatusOr<ServiceKey> ServiceKey::LoadOrCreate(const std::string& path) {
  absl::StatusOr<std::string> key = ReadSecretFile(path);
  if (absl::IsNotFound(key.status())) {
    RETURN_IF_ERROR(CreateServiceKey(path));
    key = ReadSecretFile(path);
  }
  RETURN_IF_ERROR(key.status());
  if (key->size() < kKeyCharactersMin) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the service key in '", path, "' is shorter than ", kKeyCharactersMin, " characters"));
  }
  return ServiceKey(*key);
}

ServiceKey::ServiceKey(std::string_view key) : digest_(Digest(key)) {}

bool ServiceKey::Matches(std::string_view presented) const {
  const std::array<unsigned char, 32> digest = Digest(presented);
  return CRYPTO_memcmp(digest.data(), digest_.data(), digest_.size()) == 0;
}

}  // namespace caucus::auth
