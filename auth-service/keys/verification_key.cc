#include "auth-service/keys/verification_key.h"

#include <openssl/sha.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "auth-service/encoding/base64url.h"

namespace caucus::auth {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// RFC 7638 §3 over the required members of RFC 8037 §2, in lexicographic order.
std::string Thumbprint(std::string_view key) {
  const std::string members =
      absl::StrCat(R"({"crv":"Ed25519","kty":"OKP","x":")", EncodeBase64Url(key), R"("})");
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(Bytes(members), members.size(), digest);
  return EncodeBase64Url({reinterpret_cast<const char*>(digest), sizeof(digest)});
}

}  // namespace

absl::StatusOr<VerificationKey> VerificationKey::FromBytes(std::string_view bytes) {
  PkeyHandle pkey;
  if (bytes.size() == kKeyBytes) {
    pkey.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(bytes), bytes.size()));
  }
  if (pkey == nullptr) return absl::InvalidArgumentError("not an Ed25519 public key");
  return VerificationKey(std::string(bytes), std::move(pkey));
}

VerificationKey::VerificationKey(std::string bytes, PkeyHandle pkey)
    : bytes_(std::move(bytes)), id_(Thumbprint(bytes_)), pkey_(std::move(pkey)) {}

bool VerificationKey::Verifies(std::string_view message, std::string_view signature) const {
  if (signature.size() != kSignatureBytes) return false;
  const DigestContextHandle context(EVP_MD_CTX_new());
  return context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, pkey_.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

}  // namespace caucus::auth
