#include "common/crypto/sha256.h"

#include <openssl/evp.h>

#include <cstdlib>

namespace caucus {

Sha256Digest Sha256(std::string_view bytes) {
  static const EVP_MD* const kAlgorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  Sha256Digest digest;
  // It fails only without memory, or without any algorithms at all.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, kAlgorithm, nullptr) != 1) {
    std::abort();
  }
  return digest;
}

}  // namespace caucus
