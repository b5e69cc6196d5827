// Ids for commits.

#ifndef POLLS_SERVICE_ACTOR_COMMIT_ID_H_
#define POLLS_SERVICE_ACTOR_COMMIT_ID_H_

#include <cstdint>
#include <string>

#include "absl/random/random.h"
#include "absl/strings/str_format.h"

namespace caucus::polls {

// Returns 128 random bits in hexadecimal: unique, not secret.
//
// Thread-safe: a free function without state.
inline std::string NewCommitId() {
  absl::BitGen random;
  return absl::StrFormat("%016x%016x", absl::Uniform<uint64_t>(random),
                         absl::Uniform<uint64_t>(random));
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_COMMIT_ID_H_
