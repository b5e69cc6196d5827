// Reads the files to serve, once, at start.
//
// Thread-safe: free functions without state.

#ifndef EDGE_HTTP_STATIC_FILES_LOADER_H_
#define EDGE_HTTP_STATIC_FILES_LOADER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "edge/http/static_files.h"

namespace caucus::edge::http {

struct StaticFileLimits {
  size_t files_max = 4096;
  size_t bytes_max = 64 << 20;  // Of all files together.
};

// Returns the files below a directory, by their path in it. What begins with a dot is left out, and
// directories that are links are not entered.
//   kNotFound           `directory` is none, or cannot be read
//   kResourceExhausted  there is more than the limits allow
absl::StatusOr<StaticFiles> LoadStaticFiles(const std::string& directory,
                                            const StaticFileLimits& limits = {});

// Returns the bundles of socket.io-client that the reference serves, from the package's `dist`
// directory, tagged with the package's version.
//   kNotFound  there is no bundle, or it does not tell its version
absl::StatusOr<StaticFiles> LoadClientBundles(const std::string& dist_directory);

}  // namespace caucus::edge::http

#endif  // EDGE_HTTP_STATIC_FILES_LOADER_H_
