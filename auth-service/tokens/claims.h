// Claims as protobuf's Struct, as the API carries them, and as JSON, as tokens do.
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_TOKENS_CLAIMS_H_
#define AUTH_SERVICE_TOKENS_CLAIMS_H_

#include <google/protobuf/struct.pb.h>

#include <boost/json/object.hpp>

#include "absl/status/statusor.h"

namespace caucus::auth {

// Whole numbers that a double holds exactly are written as integers.
//   kInvalidArgument  deeper than kJsonDepthMax, a value without a kind, or a number that JSON
//                     lacks.
absl::StatusOr<boost::json::object> ClaimsToJson(const google::protobuf::Struct& claims);

// Numbers become doubles. REQUIRES: `claims` is not deeper than kJsonDepthMax.
google::protobuf::Struct ClaimsFromJson(const boost::json::object& claims);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_TOKENS_CLAIMS_H_
