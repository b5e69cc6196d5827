// What became of a command.

#ifndef POLLS_SERVICE_ACTOR_OUTCOME_H_
#define POLLS_SERVICE_ACTOR_OUTCOME_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "polls-service/domain/event.h"

namespace caucus::polls {

// A repeated request gets the first one's, but for `events`, if that one had any.
struct Outcome {
  uint64_t revision = 0;  // The commit that holds the events.
  // The newest revision, up to that one, that people see: of a second connection it is an older
  // one. Every watcher is sent it, or one that is newer.
  uint64_t visible_revision = 0;
  std::string nomination_id;  // Of an AddNomination.
  std::vector<Event> events;  // This command's own; a commit may hold those of others as well.
};

using ExecuteCallback = std::function<void(absl::StatusOr<Outcome>)>;

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_OUTCOME_H_
