// The seam to the store: one append-only log of commits for each poll. Bytes only; what a payload
// means is event_codec.h's business.

#ifndef POLLS_SERVICE_LOG_POLL_LOG_H_
#define POLLS_SERVICE_LOG_POLL_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace caucus::polls {

// One entry of a log.
struct Commit {
  uint64_t revision = 0;  // 1 for the first entry, then without gaps.
  std::string commit_id;  // Unique for all time: settles appends whose answer was lost.
  std::string payload;

  friend bool operator==(const Commit&, const Commit&) = default;
};

// The logs of all polls. A log vanishes as a whole at the expire time of its last commit.
//
// Every operation is asynchronous and calls its callback exactly once, on a thread of the log's or
// before the operation returns; the callback must not block. Operations that are under way when the
// log is destroyed are answered kUnavailable or kUnknown.
//
// Thread-safe.
class PollLog {
 public:
  // Ends a subscription when destroyed: its callback is not running and never runs again.
  // REQUIRES: not destroyed by its own callback.
  class Subscription {
   public:
    virtual ~Subscription() = default;
  };

  static constexpr uint64_t kUnknownRevision = 0;

  // How far a log is known: its commit `revision`, which has the id `commit_id`. A store may lose
  // its newest commits and others take their revisions; the id tells the two histories apart.
  struct Position {
    uint64_t revision = 0;  // 0: nothing is known of it; `commit_id` means nothing then.
    std::string commit_id;  // Empty, in a Read: whichever has that revision.

    friend bool operator==(const Position&, const Position&) = default;
  };

  struct NewCommit {
    Position expected;  // The log's last commit; revision 0 creates the log.
    std::string commit_id;
    std::string payload;
    absl::Time expire_time;  // When the whole log vanishes from now on.
  };

  // What all commits up to `position` come to, so that they need not be read again. An aid: the log
  // is never trimmed, and a snapshot may be lost at any time.
  struct Snapshot {
    Position position;
    std::string payload;

    friend bool operator==(const Snapshot&, const Snapshot&) = default;
  };

  struct Loaded {
    std::optional<Snapshot> snapshot;  // Of this log: its commit has the revision and the id.
    std::vector<Commit> commits;       // All after the snapshot; all, without one.
  };

  using AppendCallback = std::function<void(absl::Status)>;
  using ChangeCallback = std::function<void(uint64_t revision)>;
  using ReadCallback = std::function<void(absl::StatusOr<std::vector<Commit>>)>;
  using LoadCallback = std::function<void(absl::StatusOr<Loaded>)>;
  using StoreSnapshotCallback = std::function<void(absl::Status)>;

  virtual ~PollLog() = default;

  // Appends a commit at revision `expected.revision + 1`. OK: it is stored.
  //   kAlreadyExists  `expected.revision` is 0 and the log exists. Nothing was stored by this call.
  //   kAborted        the log's last commit is another. Nothing was stored by this call.
  //   kNotFound       `expected.revision` is not 0 and there is no log.
  //   kUnavailable    not stored, and never will be by this call: no connection, store full, or the
  //                   deadline passed before it was sent.
  //   kDataLoss       the store holds what is no log, or what takes no further commit. Nothing was
  //                   stored by this call.
  //   kUnknown        the answer was lost or is late: it may be stored, or still become so. Settle
  //                   it by reading: it is stored if the commit at its revision has its
  //                   `commit_id`, and never will be if that commit is another.
  virtual void Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
                      AppendCallback done) = 0;

  // Reads all commits after `after`, in order and without gaps; none if there is nothing newer.
  //   kNotFound     there is no log, or none that has the commit `after`: it is shorter, or another
  //                 commit has that revision.
  //   kUnavailable  not read; also when the deadline has passed.
  //   kDataLoss     the store holds what is no log.
  virtual void Read(std::string_view poll_id, Position after, absl::Time deadline,
                    ReadCallback done) = 0;

  // Reads the newest snapshot and all commits after it, in order and without gaps. A snapshot that
  // is not of this log is ignored. Errors are those of Read: kNotFound means that there is no log.
  virtual void Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) = 0;

  // Stores `snapshot` in the place of an older one; it vanishes with the log. OK: it is stored, or
  // a newer one is.
  //   kNotFound     there is no log, or none that has the commit at the snapshot's position.
  //   kUnavailable  it may not be stored: which need not be found out, for it is only an aid.
  virtual void StoreSnapshot(std::string_view poll_id, Snapshot snapshot, absl::Time deadline,
                             StoreSnapshotCallback done) = 0;

  // Calls `changed` some time after each commit, by whomever, that is appended after this call; one
  // call may stand for several commits. It is a hint to read, so the reader that subscribes first
  // and reads then misses nothing. Its argument is the newest revision that the log knows of, or
  // kUnknownRevision when hints may have been missed (after a connection was lost, say). Calls of
  // one subscription do not overlap.
  virtual std::unique_ptr<Subscription> Subscribe(std::string_view poll_id,
                                                  ChangeCallback changed) = 0;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_POLL_LOG_H_
