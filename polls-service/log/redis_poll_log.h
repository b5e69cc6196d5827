// The logs of all polls in Redis.
//
// A log is the stream `poll:{<poll id>}:log`. A commit is one entry, its id `<revision>-0` and its
// fields `commit_id` and `payload`, so that Redis itself refuses a second commit of one revision.
// Every append publishes its revision on `poll:{<poll id>}:changes`. The snapshot is the hash
// `poll:{<poll id>}:snapshot` of `revision`, `commit_id` and `payload`, and expires when the log
// does. The braces are Redis Cluster's hash tag. Needs Redis 7: the scripts have flags.

#ifndef POLLS_SERVICE_LOG_REDIS_POLL_LOG_H_
#define POLLS_SERVICE_LOG_REDIS_POLL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/redis/redis_connection.h"
#include "common/redis/redis_options.h"
#include "common/redis/redis_subscriber.h"
#include "common/redis/reply.h"
#include "common/redis/script.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {

// Two connections to the master, one for commands and one for pub/sub, each with its own thread, on
// which the callbacks run. While Redis cannot be reached operations fail at once with kUnavailable.
// An append that Redis refuses because its memory is full, or because it is read-only or loading,
// is kUnavailable.
//
// Thread-safe. Outlives its subscriptions.
class RedisPollLog : public PollLog {
 public:
  struct Options {
    RedisOptions redis;
    size_t read_page_commits = 500;  // How many commits one round trip of a read brings.
    // How many replicas must have a commit before anyone is told of it, writer or reader, and how
    // long they are waited for. With fewer, appends are kUnknown and reads kUnavailable: what was
    // acknowledged survives the loss of the master, if a replica that has it is promoted.
    size_t ack_replicas = 0;
    absl::Duration ack_timeout = absl::Milliseconds(500);  // Less than redis.ping_interval.
  };

  explicit RedisPollLog(const Options& options);

  void Append(std::string_view poll_id, NewCommit commit, absl::Time deadline,
              AppendCallback done) override;
  void Read(std::string_view poll_id, Position after, absl::Time deadline,
            ReadCallback done) override;
  void Load(std::string_view poll_id, absl::Time deadline, LoadCallback done) override;
  void StoreSnapshot(std::string_view poll_id, Snapshot snapshot, absl::Time deadline,
                     StoreSnapshotCallback done) override;
  std::unique_ptr<Subscription> Subscribe(std::string_view poll_id,
                                          ChangeCallback changed) override;

  // Waits until Redis can be reached. Blocks. kUnavailable at `deadline`.
  absl::Status AwaitConnected(absl::Time deadline) { return redis_.AwaitConnected(deadline); }

  bool is_connected() const { return redis_.is_connected(); }

 private:
  struct Reading;

  void ReadPage(std::shared_ptr<Reading> reading);
  void TakeEntries(std::shared_ptr<Reading> reading, const std::vector<Reply>& entries);

  const size_t read_page_commits_;
  const Script append_;
  const Script load_;
  const Script read_;
  const Script store_snapshot_;
  RedisSubscriber subscriber_;
  RedisConnection redis_;
};

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_REDIS_POLL_LOG_H_
