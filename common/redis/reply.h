// A Redis answer as a value.

#ifndef COMMON_REDIS_REPLY_H_
#define COMMON_REDIS_REPLY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

struct redisReply;

namespace caucus {

// One RESP2 value. Only the member that goes with `kind` is set.
//
// Thread-compatible.
struct Reply {
  enum class Kind { kNil, kInteger, kString, kArray, kError };

  static Reply Copy(const redisReply& reply);

  bool is_string() const { return kind == Kind::kString; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_error() const { return kind == Kind::kError; }

  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text;  // kString (status replies as well), kError.
  std::vector<Reply> elements;
};

// Returns what an error reply ("CODE message") means. Nothing was written in any of these cases.
//   kUnavailable  the server cannot now, but may later: LOADING, READONLY, MASTERDOWN, OOM,
//                 NOREPLICAS, MISCONF, BUSY, TRYAGAIN, CLUSTERDOWN, MOVED, ASK.
//   kInternal     any other: a mistake of ours or of the configuration.
absl::Status StatusOfError(std::string_view error);

// Returns whether `reply`, of any command, is an error which tells that the server is no master, or
// none that has its data: READONLY, MASTERDOWN, LOADING, UNBLOCKED (demoted in the middle of WAIT).
bool TellsOfNoMaster(const Reply& reply);

// Returns whether `reply`, of ROLE, tells that the server is a master.
bool TellsOfMaster(const Reply& reply);

// Returns the first word of an error reply.
std::string_view CodeOfError(std::string_view error);

}  // namespace caucus

#endif  // COMMON_REDIS_REPLY_H_
