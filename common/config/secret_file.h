// Secrets come from files, never from the command line.
//
// Thread-safe: free functions without state.

#ifndef COMMON_CONFIG_SECRET_FILE_H_
#define COMMON_CONFIG_SECRET_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace caucus {

// Returns the content of the file without the white space around it. Messages name the path, never
// the content.
//   kNotFound            there is no such file.
//   kFailedPrecondition  it is empty, longer than 4 KiB, or cannot be read; or others than its
//   owner
//                        may open it.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

}  // namespace caucus

#endif  // COMMON_CONFIG_SECRET_FILE_H_
