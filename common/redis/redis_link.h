// One connection to Redis that is made again whenever it is lost: the event loop below
// RedisConnection and RedisSubscriber.

#ifndef COMMON_REDIS_REDIS_LINK_H_
#define COMMON_REDIS_REDIS_LINK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/random/random.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/redis/redis_options.h"
#include "common/redis/redis_socket.h"
#include "common/redis/reply.h"

struct redisReader;

namespace caucus {

// Runs one thread that connects, signs in (AUTH, PING, ROLE), moves bytes, and begins anew when the
// connection fails, falls silent, or a reply tells that the server is no master (any more). Then
// the next of the addresses is tried at once, and after all of them there is full-jitter backoff.
// hiredis formats and parses; the bytes are moved here, because only so it is known which commands
// were never sent.
//
// Thread-safe: Start, Stop, Wake, has_alternatives. All else is called by the delegate, on the
// link's thread.
class RedisLink {
 public:
  // All calls come from the link's thread.
  class Delegate {
   public:
    virtual ~Delegate() = default;

    virtual void OnUp() = 0;                // Signed in; Send() may be called until OnDown().
    virtual void OnReply(Reply reply) = 0;  // Not those of the link's own commands.
    // The connection is lost. Of the bytes given to Send(), those from offset `bytes_sent` on were
    // never sent. Follows each OnUp() exactly once.
    virtual void OnDown(const absl::Status& status, uint64_t bytes_sent) = 0;
    // Called after Wake(), and at the time that it returned last.
    virtual absl::Time OnTurn() = 0;
    virtual void Ping() = 0;  // The server was silent: send something that it answers.
  };

  RedisLink(const RedisOptions& options, Delegate& delegate);
  ~RedisLink();

  void Start();
  void Stop();  // Joins the thread. Idempotent. Not from the link's thread.
  void Wake();

  bool has_alternatives() const { return addresses_.size() > 1; }

  // The place among the addresses of the server that is, or was last, connected to.
  size_t address_index() const { return address_index_; }

  // Gives up the connection, if there is one, as soon as the delegate has returned, and tries
  // `address_index` next.
  void Reconnect(const absl::Status& why, size_t address_index);

  // Queues `bytes` and returns the offset of their first one since OnUp().
  uint64_t Send(std::string_view bytes);

 private:
  enum class State { kBackoff, kConnecting, kSigningIn, kUp };

  void Run();
  void Wait(absl::Time until);
  void Connect();
  void OnConnected();
  void ReadAll();
  void WriteAll();
  void Parse();
  void OnSignInReply(const Reply& reply);
  void CheckTimes();
  void Fail(const absl::Status& status);

  const RedisOptions options_;
  const std::vector<std::string> addresses_;
  Delegate& delegate_;
  int wake_fd_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;

  // Only the thread touches what follows.
  State state_ = State::kBackoff;
  size_t address_index_ = 0;
  size_t next_address_index_ = 0;
  absl::Status give_up_;  // Why to, unless OK.
  RedisSocket socket_;
  std::unique_ptr<redisReader, void (*)(redisReader*)> reader_;
  std::string out_;  // Queued; the first `out_sent_` bytes of it are sent.
  size_t out_sent_ = 0;
  uint64_t out_offset_ = 0;     // Of out_'s first byte since OnUp().
  size_t sign_in_replies_ = 0;  // Still awaited.
  size_t failures_ = 0;         // Since the connection was last up.
  bool writable_ = false;
  bool readable_ = false;
  bool ping_is_out_ = false;
  absl::Time state_until_;  // When kBackoff or signing in ends.
  absl::Time heard_;        // When the server last said something.
  absl::Time turn_time_ = absl::InfinitePast();
  absl::BitGen random_;
};

}  // namespace caucus

#endif  // COMMON_REDIS_REDIS_LINK_H_
