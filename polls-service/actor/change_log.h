// The changes of a poll's latest commits, for watchers who are told what changes.

#ifndef POLLS_SERVICE_ACTOR_CHANGE_LOG_H_
#define POLLS_SERVICE_ACTOR_CHANGE_LOG_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "polls-service/actor/poll_change.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Forgets the oldest beyond its bounds. What costs nothing to see (connections, answers) is not in
// it.
//
// Thread-compatible.
class ChangeLog {
 public:
  struct Limits {
    size_t changes_max = 20'000;
    size_t bytes_max = size_t{4} << 20;  // About: of what the changes hold.
  };

  ChangeLog() : ChangeLog(Limits()) {}
  explicit ChangeLog(const Limits& limits) : limits_(limits) {}

  // Knows all changes after this revision, up to `revision`.
  uint64_t known_after() const { return known_after_; }
  uint64_t revision() const { return revision_; }

  // Forgets everything, and goes on after `revision`.
  void Reset(uint64_t revision);

  // Takes the events of the commit after the last; `poll` is the state after it.
  void Append(const std::vector<Event>& events, const Poll& poll);

  // Takes older events: those of the commits after `after` up to known_after(), by their revisions.
  // Returns whether there is room; else nothing is taken.
  bool Prepend(uint64_t after, const std::vector<std::pair<uint64_t, std::vector<Event>>>& commits,
               const Poll& poll);

  // Returns the changes after `after`, the same object to whoever asks before the next Append; null
  // if they are not known.
  std::shared_ptr<const PollChanges> Since(uint64_t after);

 private:
  struct Entry {
    uint64_t revision = 0;
    PollChange change;
  };

  bool IsOver(size_t changes, size_t bytes) const;

  Limits limits_;
  uint64_t known_after_ = 0;
  uint64_t revision_ = 0;
  size_t bytes_ = 0;
  std::deque<Entry> entries_;
  absl::flat_hash_map<uint64_t, std::shared_ptr<const PollChanges>> asked_;  // By `after`.
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_CHANGE_LOG_H_
