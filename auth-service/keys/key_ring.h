// All keys of the service.

#ifndef AUTH_SERVICE_KEYS_KEY_RING_H_
#define AUTH_SERVICE_KEYS_KEY_RING_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "auth-service/keys/signing_key.h"
#include "auth-service/keys/verification_key.h"

namespace caucus::auth {

// The keys in the files `*.pem` of one directory. The last by name signs; all verify, so that a
// token outlives the change to a new key.
//
// Immutable.
class KeyRing {
 public:
  // How many keys a ring may hold.
  static constexpr std::size_t kKeysMax = 64;

  // Reads the directory; creates it (mode 0700) and a first key (key-0001.pem) if there is none.
  // Processes that share a directory and start together agree on one first key.
  //   kFailedPrecondition  a file is readable by others (the message says what to do), is no
  //                        Ed25519 key, or there are more than kKeysMax.
  static absl::StatusOr<KeyRing> Open(const std::string& directory);

  // REQUIRES: `keys` is not empty; the last signs.
  explicit KeyRing(std::vector<SigningKey> keys);

  const SigningKey& signing_key() const { return keys_.back(); }

  // Returns null if no key has the id.
  const VerificationKey* Find(std::string_view id) const;

  // Every key, the signing one last.
  const std::vector<SigningKey>& keys() const { return keys_; }

 private:
  std::vector<SigningKey> keys_;
  std::map<std::string, std::size_t, std::less<>> index_by_id_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_KEY_RING_H_
