// What a token must say: when it is issued, and when it is presented.

#ifndef AUTH_SERVICE_TOKENS_TOKEN_POLICY_H_
#define AUTH_SERVICE_TOKENS_TOKEN_POLICY_H_

#include <google/protobuf/struct.pb.h>

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus::auth {

struct TokenPolicy {
  std::string issuer = "caucus";
  std::string audience = "caucus";
  absl::Duration lifetime_max = absl::Hours(24);
  // How far clocks may be apart, for `nbf` and `iat`. `exp` has none.
  absl::Duration clock_skew = absl::Seconds(30);
};

// What is to be issued.
struct TokenRequest {
  std::string_view subject;
  const google::protobuf::Struct& claims;
  absl::Duration lifetime;
};

// The content of a token whose signature was verified and whose claims passed.
struct VerifiedClaims {
  std::string subject;
  google::protobuf::Struct claims;
  absl::Time expire_time;
};

// kInvalidArgument with google.rpc.BadRequest unless the request keeps to auth_service.proto: the
// length of `subject`, names and size of `claims`, `lifetime` from one second to `lifetime_max`.
absl::Status CheckRequest(const TokenPolicy& policy, const TokenRequest& request);

// Returns the content of a payload whose signature was verified.
//   kDeadlineExceeded  all is right, but `exp` is not after `now`.
//   kInvalidArgument   `iss` is another; `aud` is or holds no such string; `sub` is not 1 to 128
//                      characters; `exp` is missing; `exp`, `nbf` or `iat` is not an integer from 0
//                      to 2^53 - 1; `nbf` or `iat` is later than `now` and the skew.
absl::StatusOr<VerifiedClaims> CheckPayload(const TokenPolicy& policy,
                                            const boost::json::object& payload, absl::Time now);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_TOKEN_POLICY_H_
