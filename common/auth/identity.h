// Who a verified token speaks for.

#ifndef COMMON_AUTH_IDENTITY_H_
#define COMMON_AUTH_IDENTITY_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace caucus {

// A token's content. Only a TokenVerifier makes one outside tests, so that holding one means that
// the token was checked.
//
// Thread-compatible; shared as `const`.
struct Identity {
  std::string subject;              // The claim `sub`; never empty.
  google::protobuf::Struct claims;  // All claims.
  absl::Time expire_time;           // The claim `exp`.

  // Returns the value of a string claim; empty if it is absent or not a string.
  std::string Claim(std::string_view name) const;
};

}  // namespace caucus

#endif  // COMMON_AUTH_IDENTITY_H_
