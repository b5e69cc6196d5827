// The query string of a URL as names and values.

#ifndef EDGE_GATEWAY_QUERY_PARAMETERS_H_
#define EDGE_GATEWAY_QUERY_PARAMETERS_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace caucus::edge::gateway {

// Decodes `a=1&b=x%20y+z` (WHATWG URL, application/x-www-form-urlencoded), the first of a repeated
// name counts. Engine.IO's own parameters (EIO, transport, sid, t, b64) are left out. A value that
// is not UTF-8 when decoded is left out, and a bad escape stands for itself. Thread-safe.
absl::flat_hash_map<std::string, std::string> ParseQueryParameters(std::string_view query);

}  // namespace caucus::edge::gateway

#endif  // EDGE_GATEWAY_QUERY_PARAMETERS_H_
