// Files that only their owner may read.
//
// Thread-safe: free functions without state.

#ifndef AUTH_SERVICE_KEYS_PRIVATE_FILE_H_
#define AUTH_SERVICE_KEYS_PRIVATE_FILE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::auth {

// Creates `path` with mode 0600 and `content`, durably and in one step: whoever sees the file sees
// all of it, and of several creators one succeeds.
//   kAlreadyExists       there is such a file; it is left alone.
//   kFailedPrecondition  the file cannot be written.
absl::Status CreatePrivateFile(const std::string& path, std::string_view content);

// Returns the content, at most 16 KiB.
//   kNotFound            there is no such file.
//   kFailedPrecondition  it is no regular file, is longer, cannot be read, or its mode lets group
//                        or others in.
absl::StatusOr<std::string> ReadPrivateFile(const std::string& path);

}  // namespace caucus::auth

#endif  // AUTH_SERVICE_KEYS_PRIVATE_FILE_H_
