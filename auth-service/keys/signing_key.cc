#include "auth-service/keys/signing_key.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <utility>

#include "absl/status/status.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

constexpr std::size_t kSignatureBytes = 64;

// Without this OpenSSL would ask for the passphrase of an encrypted key on the terminal.
int RefusePassphrase(char*, int, int, void*) { return -1; }

}  // namespace

absl::StatusOr<SigningKey> SigningKey::Generate() {
  return FromPkey(PkeyHandle(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")));
}

absl::StatusOr<SigningKey> SigningKey::FromPem(std::string_view pem) {
  const BioHandle bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  PkeyHandle pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, RefusePassphrase, nullptr));
  ERR_clear_error();
  return FromPkey(std::move(pkey));
}

absl::StatusOr<SigningKey> SigningKey::FromPkey(PkeyHandle pkey) {
  if (pkey == nullptr || EVP_PKEY_get_base_id(pkey.get()) != EVP_PKEY_ED25519) {
    return absl::InvalidArgumentError("not an Ed25519 private key in PEM (PKCS #8)");
  }
  std::string bytes(32, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(pkey.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                  &size) != 1) {
    return absl::InternalError("OpenSSL cannot tell the public key");
  }
  ASSIGN_OR_RETURN(VerificationKey verification_key, VerificationKey::FromBytes(bytes));
  return SigningKey(std::move(pkey), std::move(verification_key));
}

SigningKey::SigningKey(PkeyHandle pkey, VerificationKey verification_key)
    : pkey_(std::move(pkey)), verification_key_(std::move(verification_key)) {}

absl::StatusOr<std::string> SigningKey::ToPem() const {
  // The secure memory BIO wipes what it held.
  const BioHandle bio(BIO_new(BIO_s_secmem()));
  if (bio == nullptr || PEM_write_bio_PKCS8PrivateKey(bio.get(), pkey_.get(), nullptr, nullptr, 0,
                                                      nullptr, nullptr) != 1) {
    return absl::InternalError("OpenSSL cannot write the key");
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(size));
}

absl::StatusOr<std::string> SigningKey::Sign(std::string_view message) const {
  const DigestContextHandle context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, pkey_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(message.data()), message.size()) != 1 ||
      size != kSignatureBytes) {
    return absl::InternalError("OpenSSL cannot sign");
  }
  return signature;
}

}  // namespace caucus::auth
