// An asynchronous, pipelining Redis client.
//
//     RedisConnection redis({.address = "unix:/run/redis.sock"});
//     redis.Command({"GET", "answer"}, absl::Now() + absl::Seconds(1),
//                   [](absl::StatusOr<Reply> reply) { ... });

#ifndef COMMON_REDIS_REDIS_CONNECTION_H_
#define COMMON_REDIS_REDIS_CONNECTION_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/redis/redis_link.h"
#include "common/redis/redis_options.h"
#include "common/redis/reply.h"
#include "common/redis/script.h"

namespace caucus {

// One connection, with its own thread. Commands are sent in the order in which they are given,
// without waiting for each other's answers. Nothing is ever sent twice.
//
// With ReplicaAcks, no answer but an error reply is given until so many replicas have all that the
// server had when it answered, reads included: a WAIT follows the commands of one turn, and those
// that come meanwhile wait for its answer, unsent.
//
// Thread-safe.
class RedisConnection : private RedisLink::Delegate {
 public:
  using Callback = std::function<void(absl::StatusOr<Reply>)>;

  // Called on the connection's thread whenever there is a connection again: the server's place
  // among the addresses, and when the former connection was lost. Must not block.
  using MovedCallback = std::function<void(size_t address_index, absl::Time lost)>;

  explicit RedisConnection(const RedisOptions& options, const ReplicaAcks& acks = {},
                           MovedCallback moved = nullptr);
  RedisConnection(const RedisConnection&) = delete;
  RedisConnection& operator=(const RedisConnection&) = delete;
  ~RedisConnection() override;  // Answers what is in flight.

  // Sends `arguments`, the command's name first, and calls `done` once, on the connection's thread
  // or before the call returns; it must not block, nor destroy the connection.
  //   kUnavailable        never sent: there is no connection; or the server refused
  //   (StatusOfError). kResourceExhausted  never sent: too many commands are in flight.
  //   kDeadlineExceeded   never sent: the deadline had passed.
  //   kUnknown            sent, but no answer came before the deadline or the connection's end, or
  //   too few replicas have it.
  //   kInternal           another error reply.
  void Command(const std::vector<std::string>& arguments, absl::Time deadline, Callback done);

  // Runs `script` by its hash; the server is given its source at its first use, and again if it has
  // forgotten it (then the call is answered, and runs, after later ones). Errors are those of
  // Command.
  void Eval(const Script& script, const std::vector<std::string>& keys,
            const std::vector<std::string>& arguments, absl::Time deadline, Callback done);

  // Waits until commands can be sent. Blocks. kUnavailable at `deadline`.
  absl::Status AwaitConnected(absl::Time deadline);

  bool is_connected() const;

 private:
  struct Pending {
    std::string bytes;  // Empty once sent.
    absl::Time deadline;
    Callback done;  // Empty once answered.
    uint64_t offset = 0;
    uint64_t number = 0;         // In the order of sending.
    bool is_wait = false;        // Our own WAIT.
    std::optional<Reply> reply;  // Until the replicas have it.
  };
  using Expiry = std::pair<absl::Time, uint64_t>;

  bool IsFirstUse(const Script& script);
  void Send(std::string bytes, absl::Time deadline, Callback done);
  void OnUp() override;
  void OnReply(Reply reply) override;
  void OnDown(const absl::Status& status, uint64_t bytes_sent) override;
  absl::Time OnTurn() override;
  void Ping() override;
  void TakeInbox();
  void SendTaken();
  void SendWait();
  void OnWaitReply(const Reply& reply);
  Pending* Find(uint64_t number);
  void RefuseInbox(const absl::Status& status);
  absl::Time AnswerExpired();
  void Release(size_t count);

  const size_t in_flight_max_;
  const ReplicaAcks acks_;
  const MovedCallback moved_;

  mutable absl::Mutex mutex_;
  bool connected_ ABSL_GUARDED_BY(mutex_) = false;
  // By their hashes: those that the server was given on this connection.
  absl::flat_hash_set<std::string> loaded_scripts_ ABSL_GUARDED_BY(mutex_);
  size_t in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Pending> inbox_ ABSL_GUARDED_BY(mutex_);

  // Only the link's thread touches what follows.
  std::deque<Pending> sent_;   // In the order of their answers.
  std::deque<Pending> taken_;  // Not sent yet.
  uint64_t next_number_ = 0;
  size_t replied_ = 0;  // How many of sent_'s first have their reply, and await WAIT's.
  bool wait_is_out_ = false;
  absl::Time lost_ = absl::InfinitePast();  // When there was a connection last.
  std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;

  RedisLink link_;  // Last: its thread uses all of the above.
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_CONNECTION_H_
