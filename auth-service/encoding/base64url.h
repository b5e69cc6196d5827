// base64url without padding (RFC 4648 §5, RFC 7515 §2).
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_ENCODING_BASE64URL_H_
#define AUTH_SERVICE_ENCODING_BASE64URL_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::auth {

std::string EncodeBase64Url(std::string_view bytes);

// Each byte string has exactly one accepted text.
//   kInvalidArgument  a character outside the alphabet (`=` and white space too), an impossible
//                     length, or trailing bits that are not zero.
absl::StatusOr<std::string> DecodeBase64Url(std::string_view text);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_ENCODING_BASE64URL_H_
