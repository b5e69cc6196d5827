// Which event names a rule may use.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_EVENT_NAME_H_
#define EDGE_TRANSCODING_EVENT_NAME_H_

#include <string_view>

#include "absl/status/status.h"

namespace caucus::edge::transcoding {

// kInvalidArgument: `name` is empty or one of the names that Socket.IO keeps for itself.
absl::Status CheckEventName(std::string_view name);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_EVENT_NAME_H_
