// When to store a snapshot of a poll.

#ifndef POLLS_SERVICE_ACTOR_SNAPSHOT_SCHEDULE_H_
#define POLLS_SERVICE_ACTOR_SNAPSHOT_SCHEDULE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace caucus::polls {

// One after so many commits, more in a large poll: so it costs each commit the same. One at a time;
// after a failure a while is waited.
//
// Thread-compatible.
class SnapshotSchedule {
 public:
  static constexpr uint64_t kCommitsMin = 512;
  static constexpr uint64_t kRetryCommits = 64;

  // The log has a snapshot at `revision`; 0: none.
  void Begin(uint64_t revision) {
    stored_ = revision;
    attempted_ = 0;
    not_before_ = 0;
  }

  bool IsDue(uint64_t revision, size_t participants) const {
    const uint64_t commits = std::max<uint64_t>(kCommitsMin, participants / 4);
    return !under_way_ && revision >= not_before_ && revision >= stored_ + commits;
  }

  // A snapshot at `revision` is being stored.
  void OnAttempt(uint64_t revision) {
    under_way_ = true;
    attempted_ = revision;
  }
  void OnStored() {
    under_way_ = false;
    stored_ = std::max(stored_, attempted_);
  }
  void OnFailed() {
    under_way_ = false;
    not_before_ = attempted_ + kRetryCommits;
  }

 private:
  bool under_way_ = false;
  uint64_t stored_ = 0;
  uint64_t attempted_ = 0;
  uint64_t not_before_ = 0;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_ACTOR_SNAPSHOT_SCHEDULE_H_
