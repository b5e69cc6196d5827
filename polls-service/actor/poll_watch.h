// Watching a poll: told that it has moved, a watcher fetches the state when it is ready for it.

#ifndef POLLS_SERVICE_ACTOR_POLL_WATCH_H_
#define POLLS_SERVICE_ACTOR_POLL_WATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "polls-service/actor/poll_change.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

using GetCallback = std::function<void(absl::StatusOr<std::shared_ptr<const Poll>>)>;

// The poll is there until the call returns, and waits for it.
using ReadCallback = std::function<void(absl::StatusOr<const Poll*>)>;

// What has changed since a revision, or, if that is not known, the state instead. Both are of the
// same revision.
struct ChangesAnswer {
  std::shared_ptr<const PollChanges> changes;  // Null: not known.
  std::shared_ptr<const Poll> state;           // Null: not asked for, nor needed.
};

using ChangesCallback = std::function<void(absl::StatusOr<ChangesAnswer>)>;

enum class StateWanted { kIfNeeded, kAlways };

// How a watched poll stands. Nothing follows kCancelled and kEnded.
struct PollNotice {
  enum class Kind {
    kChanged,    // The committed state is at `revision`.
    kCancelled,  // The poll was cancelled; `revision` is its last.
    kEnded,      // The watch is over; `status` says why.
  };

  Kind kind = Kind::kChanged;
  uint64_t revision = 0;
  uint64_t visible_revision = 0;  // As Poll::visible_revision.
  size_t people = 0;              // Participants.
  absl::Time expire_time;
  bool expires_soon = false;  // In ActorLimits::expiry_warning, or sooner.
  // The store has lost commits: what this watch was told or shown before, even of this revision and
  // of higher ones, holds no more.
  bool starts_over = false;
  absl::Status status;  // kNotFound: unknown or expired; kUnavailable: watch again, later.
};

using PollObserver = std::function<void(const PollNotice&)>;

// Ends the watch when destroyed: then the observer is not running (unless it is the observer that
// destroys the watch) and never runs again. Keeps the poll in memory.
//
// Thread-safe. Outlived by the PollActors that it comes from.
class PollWatch {
 public:
  virtual ~PollWatch() = default;

  // Returns the committed state that this process knows, which is no older than any notice given;
  // costs no round trip, and a copy of the poll at most once for each revision. kNotFound after
  // kCancelled or kEnded, kUnavailable after Drain.
  virtual void Get(GetCallback done) = 0;

  // Returns what has changed after the revision `after`, up to the committed state that this
  // process knows. What is too old for memory is read from the log, if it is not too much. Not
  // known are the changes after 0, after a revision that the poll has not reached, and too old
  // ones. Errors are those of Get.
  virtual void GetChanges(uint64_t after, StateWanted state, ChangesCallback done) = 0;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_WATCH_H_
