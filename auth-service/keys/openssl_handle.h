// Owners of OpenSSL's objects.

#ifndef AUTH_SERVICE_KEYS_OPENSSL_HANDLE_H_
#define AUTH_SERVICE_KEYS_OPENSSL_HANDLE_H_

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <memory>

namespace caucus::auth {

template <auto kFree>
struct OpensslDeleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using BioHandle = std::unique_ptr<BIO, OpensslDeleter<BIO_free_all>>;
using PkeyHandle = std::unique_ptr<EVP_PKEY, OpensslDeleter<EVP_PKEY_free>>;
using DigestContextHandle = std::unique_ptr<EVP_MD_CTX, OpensslDeleter<EVP_MD_CTX_free>>;

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_OPENSSL_HANDLE_H_
