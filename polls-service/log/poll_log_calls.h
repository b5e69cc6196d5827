// The operations of a PollLog as calls that wait for their answer. For tests.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_LOG_POLL_LOG_CALLS_H_
#define POLLS_SERVICE_LOG_POLL_LOG_CALLS_H_

#include <future>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

inline absl::StatusOr<std::vector<Commit>> ReadAfter(PollLog& log, std::string_view poll_id,
                                                     PollLog::Position after,
                                                     absl::Time deadline = absl::Now() +
                                                                           absl::Seconds(30)) {
  std::promise<absl::StatusOr<std::vector<Commit>>> promise;
  log.Read(poll_id, std::move(after), deadline, [&](absl::StatusOr<std::vector<Commit>> commits) {
    promise.set_value(std::move(commits));
  });
  return promise.get_future().get();
}

// Returns the position of the commit that has `revision` now.
inline PollLog::Position PositionAt(PollLog& log, std::string_view poll_id, uint64_t revision) {
  PollLog::Position position = {.revision = revision, .commit_id = "none"};
  if (revision == 0) return position;
  const auto commits = ReadAfter(log, poll_id, {});
  if (commits.ok() && commits->size() >= revision) {
    position.commit_id = (*commits)[revision - 1].commit_id;
  }
  return position;
}

inline absl::Status AppendTo(PollLog& log, std::string_view poll_id, PollLog::NewCommit commit,
                             absl::Time deadline = absl::Now() + absl::Seconds(30)) {
  std::promise<absl::Status> promise;
  if (commit.expire_time == absl::Time()) commit.expire_time = absl::Now() + absl::Hours(1);
  log.Append(poll_id, std::move(commit), deadline,
             [&](absl::Status status) { promise.set_value(std::move(status)); });
  return promise.get_future().get();
}

inline absl::StatusOr<std::vector<Commit>> ReadFrom(PollLog& log, std::string_view poll_id,
                                                    uint64_t after_revision) {
  return ReadAfter(log, poll_id, PositionAt(log, poll_id, after_revision));
}

inline absl::StatusOr<PollLog::Loaded> LoadFrom(PollLog& log, std::string_view poll_id,
                                                absl::Time deadline = absl::Now() +
                                                                      absl::Seconds(30)) {
  std::promise<absl::StatusOr<PollLog::Loaded>> promise;
  log.Load(poll_id, deadline,
           [&](absl::StatusOr<PollLog::Loaded> loaded) { promise.set_value(std::move(loaded)); });
  return promise.get_future().get();
}

inline absl::Status StoreSnapshotIn(PollLog& log, std::string_view poll_id,
                                    PollLog::Snapshot snapshot,
                                    absl::Time deadline = absl::Now() + absl::Seconds(30)) {
  std::promise<absl::Status> promise;
  log.StoreSnapshot(poll_id, std::move(snapshot), deadline,
                    [&](absl::Status status) { promise.set_value(std::move(status)); });
  return promise.get_future().get();
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_POLL_LOG_CALLS_H_
