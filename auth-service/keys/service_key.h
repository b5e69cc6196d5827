// The secret that services show to have tokens issued.

#ifndef AUTH_SERVICE_KEYS_SERVICE_KEY_H_
#define AUTH_SERVICE_KEYS_SERVICE_KEY_H_

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::auth {

// Recognizes the service key.
//
// Immutable.
class ServiceKey {
 public:
  // Reads the key from a file; creates it first, with 32 random bytes as hexadecimal digits and
  // mode 0600, if there is none.
  //   kFailedPrecondition  the file cannot be read or written, or the key is shorter than 16
  //                        characters.
  static absl::StatusOr<ServiceKey> LoadOrCreate(const std::string& path);

  explicit ServiceKey(std::string_view key);

  // Takes the same time for every wrong key of one length.
  bool Matches(std::string_view presented) const;

 private:
  std::array<unsigned char, 32> digest_;
};

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_SERVICE_KEY_H_
