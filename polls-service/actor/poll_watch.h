// Watching a poll: told that it has moved, a watcher fetches the state when it is ready for it.

#ifndef POLLS_SERVICE_ACTOR_POLL_WATCH_H_
#define POLLS_SERVICE_ACTOR_POLL_WATCH_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

using GetCallback = std::function<void(absl::StatusOr<std::shared_ptr<const Poll>>)>;

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
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_POLL_WATCH_H_
