// The private half of a key: what signs.

#ifndef AUTH_SERVICE_KEYS_SIGNING_KEY_H_
#define AUTH_SERVICE_KEYS_SIGNING_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "auth-service/keys/openssl_handle.h"
#include "auth-service/keys/verification_key.h"

namespace caucus::auth {

// An Ed25519 key pair.
//
// Immutable.
class SigningKey {
 public:
  static absl::StatusOr<SigningKey> Generate();

  // Reads PKCS #8 in PEM, unencrypted.
  //   kInvalidArgument  it is not that, or not of an Ed25519 key.
  static absl::StatusOr<SigningKey> FromPem(std::string_view pem);

  // The form that FromPem reads. Secret.
  absl::StatusOr<std::string> ToPem() const;

  const VerificationKey& verification_key() const { return verification_key_; }

  // Returns the 64 bytes of the signature over `message`.
  absl::StatusOr<std::string> Sign(std::string_view message) const;

 private:
  SigningKey(PkeyHandle pkey, VerificationKey verification_key);
  static absl::StatusOr<SigningKey> FromPkey(PkeyHandle pkey);

  PkeyHandle pkey_;
  VerificationKey verification_key_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_SIGNING_KEY_H_
