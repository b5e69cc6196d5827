// The public half of a key: what verifies.

#ifndef AUTH_SERVICE_KEYS_VERIFICATION_KEY_H_
#define AUTH_SERVICE_KEYS_VERIFICATION_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "auth-service/keys/openssl_handle.h"

namespace caucus::auth {

// An Ed25519 public key (RFC 8032, RFC 8037).
//
// Immutable.
class VerificationKey {
 public:
  // kInvalidArgument unless `bytes` is 32 bytes.
  static absl::StatusOr<VerificationKey> FromBytes(std::string_view bytes);

  // The `alg` of every token that this key may verify.
  std::string_view algorithm() const { return "EdDSA"; }

  // The key's name: its RFC 7638 thumbprint, 43 characters of base64url.
  const std::string& id() const { return id_; }

  // The 32 bytes of the key.
  const std::string& bytes() const { return bytes_; }

  // Tells whether `signature` is this key's over `message`.
  bool Verifies(std::string_view message, std::string_view signature) const;

 private:
  VerificationKey(std::string bytes, PkeyHandle pkey);

  std::string bytes_;
  std::string id_;
  PkeyHandle pkey_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_VERIFICATION_KEY_H_
