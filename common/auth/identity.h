// Who a verified token speaks for.

#ifndef COMMON_AUTH_IDENTITY_H_
#define COMMON_AUTH_IDENTITY_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace caucus {

// A token's content. Outside tests only a TokenVerifier makes one, or who has had the token issued,
// so that holding one means that the token is genuine.
//
// Thread-compatible; shared as `const`.
struct Identity {
  std::string subject;              // The claim `sub`; never empty.
  google::protobuf::Struct claims;  // All claims; after Remember those of the one who asked for it.
  absl::Time expire_time;           // The claim `exp`.

  // Returns the value of a string claim; empty if it is absent or not a string.
  std::string Claim(std::string_view name) const;
};

}  // namespace caucus

#endif  // COMMON_AUTH_IDENTITY_H_
