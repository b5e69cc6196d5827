// What a load generator must know of the JSON of polls: no more than where a few values stand.

#ifndef TESTS_LOAD_POLL_MESSAGES_H_
#define TESTS_LOAD_POLL_MESSAGES_H_

#include <cstdint>
#include <string_view>

#include "tests/load/socketio_clients.h"

namespace caucus::load {

struct PollUpdate {
  enum class Kind { kState, kChanges, kOther };

  Kind kind = Kind::kOther;
  uint32_t revision = 0;           // 0: it has none.
  uint32_t previous_revision = 0;  // Of kChanges.
};

// Reads `["poll_updated", …]` and `["poll_changed", …]`. A state's revision stands near its end,
// that of changes is their first field.
PollUpdate ReadPollUpdate(const Message& event);

// Returns the value of the first member `name` in `json`; a string without its quotes and as it is
// escaped. Empty: there is none.
std::string_view FindMember(std::string_view json, std::string_view name);

// Likewise of the last.
std::string_view FindLastMember(std::string_view json, std::string_view name);

// Returns a revision from such a value; 0 if it is none.
uint32_t ToRevision(std::string_view value);

}  // namespace caucus::load

#endif  // TESTS_LOAD_POLL_MESSAGES_H_
