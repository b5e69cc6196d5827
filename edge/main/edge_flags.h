// The edge's command line, as EdgeOptions.

#ifndef EDGE_MAIN_EDGE_FLAGS_H_
#define EDGE_MAIN_EDGE_FLAGS_H_

#include "absl/status/statusor.h"
#include "edge/main/edge_options.h"

namespace caucus::edge {

// Reads the flags. REQUIRES: they were parsed.
//   kInvalidArgument  a value is out of its bounds; the message names the flag.
absl::StatusOr<EdgeOptions> ReadEdgeFlags();

}  // namespace caucus::edge

#endif  // EDGE_MAIN_EDGE_FLAGS_H_
