// The logs of all polls in this process's memory: for tests, and for trying Caucus out without
// Redis.

#ifndef POLLS_SERVICE_LOG_IN_MEMORY_POLL_LOG_H_
#define POLLS_SERVICE_LOG_IN_MEMORY_POLL_LOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Nothing outlives the process. Callbacks run before the operation returns, those of a subscription
// on the appending thread. Expired logs go when they are next asked for.
//
// Thread-safe. Outlived by `clock`, outlives its subscriptions.
class InMemoryPollLog : public PollLog {
 public:
  explicit InMemoryPollLog(const Clock& clock) : clock_(clock) {}

  void Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
              AppendCallback done) override;
  void Read(std::string_view poll_id, Position after, absl::Time deadline,
            ReadCallback done) override;
  void Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) override;
  void StoreSnapshot(std::string_view poll_id, Snapshot snapshot, absl::Time deadline,
                     StoreSnapshotCallback done) override;
  std::unique_ptr<Subscription> Subscribe(std::string_view poll_id,
                                          ChangeCallback changed) override;

  // Loses the commits after `revision`, all with 0, as a store may that goes down. For tests.
  void Truncate(std::string_view poll_id, uint64_t revision);

 private:
  struct Log {
    std::vector<Commit> commits;
    std::optional<Snapshot> snapshot;
    absl::Time expire_time;

    bool Has(const Position& position) const;
  };
  class MemorySubscription;
  struct Listener;
  using Listeners = std::vector<std::shared_ptr<Listener>>;

  absl::Status Store(std::string_view poll_id, NewCommit commit, absl::Time deadline);
  absl::StatusOr<std::vector<Commit>> Find(std::string_view poll_id, const Position& after,
                                           absl::Time deadline);
  absl::StatusOr<Loaded> FindAll(std::string_view poll_id, absl::Time deadline);
  absl::Status Keep(std::string_view poll_id, Snapshot snapshot, absl::Time deadline);
  Log* LiveLog(std::string_view poll_id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Listeners ListenersOf(std::string_view poll_id);
  void Remove(const std::string& poll_id, const Listener* listener);

  const Clock& clock_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Log> logs_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Listeners> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_IN_MEMORY_POLL_LOG_H_
