// The JWS compact serialization of our tokens (RFC 7515 §7.1).
//
//   token  := base64url(header) "." base64url(payload) "." base64url(signature)
//   header := {"alg":"EdDSA","typ":"JWT","kid":"…"}
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_TOKENS_JWT_CODEC_H_
#define AUTH_SERVICE_TOKENS_JWT_CODEC_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::auth {

inline constexpr std::size_t kTokenBytesMax = 4096;

struct JwtHeader {
  std::string algorithm;  // `alg`, not to be trusted: the key says which one holds.
  std::string key_id;     // `kid`: 1 to 64 characters of [A-Za-z0-9_-].

  friend bool operator==(const JwtHeader&, const JwtHeader&) = default;
};

// A token's parts, not verified.
struct UnverifiedJwt {
  JwtHeader header;
  std::string payload;             // Bytes that nothing has looked into.
  std::string signature;           // Bytes.
  std::string_view signing_input;  // What is signed; a part of the token, which must outlive this.
};

// Takes any bytes: the entry point for fuzzing.
//   kInvalidArgument  anything but the grammar above: longer than kTokenBytesMax, not three
//                     segments, base64url that is not canonical, a header that is not strict JSON
//                     or has a missing or any other member (crit, jku, jwk, x5u, x5c, zip, b64, …),
//                     a `typ` that is not JWT.
absl::StatusOr<UnverifiedJwt> DecodeJwt(std::string_view token);

// Returns what is to be signed; the token is EncodeJwt of it and its signature.
std::string EncodeSigningInput(const JwtHeader& header, std::string_view payload);
std::string EncodeJwt(std::string_view signing_input, std::string_view signature);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_JWT_CODEC_H_
