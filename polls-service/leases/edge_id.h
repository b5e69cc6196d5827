// Ids of edge processes as parts of keys.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_LEASES_EDGE_ID_H_
#define POLLS_SERVICE_LEASES_EDGE_ID_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace caucus::polls {

// kInvalidArgument if `edge_id` is empty or longer than kEdgeIdBytesMax.
absl::Status CheckEdgeId(std::string_view edge_id);

// Returns `edge_id` with all bytes but A-Z a-z 0-9 . _ - written as %XX, so that none can end
// Redis Cluster's hash tag.
std::string EscapeEdgeId(std::string_view edge_id);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LEASES_EDGE_ID_H_
