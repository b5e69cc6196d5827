// JSON that can be read in one way only.
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_ENCODING_STRICT_JSON_H_
#define AUTH_SERVICE_ENCODING_STRICT_JSON_H_

#include <boost/json/object.hpp>
#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"

namespace caucus::auth {

// How deep objects and arrays may lie in each other, the outermost included.
inline constexpr std::size_t kJsonDepthMax = 4;

// Returns the object that is the whole of `text`. The caller bounds the length.
//   kInvalidArgument  not JSON (RFC 8259) in UTF-8, not an object, too deep, or an object, at any
//                     depth, with two members of one name.
absl::StatusOr<boost::json::object> ParseJsonObject(std::string_view text);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_ENCODING_STRICT_JSON_H_
