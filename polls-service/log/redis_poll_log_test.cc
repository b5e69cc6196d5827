#include "polls-service/log/redis_poll_log.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/redis/redis_connection.h"
#include "common/redis/reply.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/poll_log_contract.h"

namespace caucus::polls {
namespace {

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

class RedisFixture : public PollLogFixture {
 public:
  RedisFixture() { EXPECT_OK(log_.AwaitConnected(Soon())); }

  PollLog& log() override { return log_; }
  // Redis has no clock to set.
  void AdvanceTo(absl::Time time) override {
    absl::SleepFor(time + absl::Milliseconds(10) - absl::Now());
  }

 private:
  RedisServer server_;
  RedisPollLog log_{{.redis = {.address = server_.unix_address()}}};
};

std::unique_ptr<PollLogFixture> MakeRedis() { return std::make_unique<RedisFixture>(); }

INSTANTIATE_TEST_SUITE_P(Redis, PollLogContractTest, testing::Values(MakeRedis));

void Configure(RedisServer& server, const std::string& name, const std::string& value) {
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  std::promise<absl::Status> promise;
  redis.Command({"CONFIG", "SET", name, value}, Soon(),
                [&](absl::StatusOr<Reply> reply) { promise.set_value(reply.status()); });
  ASSERT_OK(promise.get_future().get());
}

TEST(RedisPollLogTest, KeepsWhatWasAcknowledgedWhenRedisIsKilled) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  uint64_t acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 50; ++i) {
      const absl::Status status = AppendTo(log, "ABC123",
                                           {.expected = PositionAt(log, "ABC123", acknowledged),
                                            .commit_id = std::to_string(acknowledged),
                                            .payload = "p"});
      ASSERT_OK(status);
      ++acknowledged;
    }
    server.Kill9();
    EXPECT_FALSE(ReadFrom(log, "ABC123", 0).ok());
    server.Restart();
    ASSERT_OK(log.AwaitConnected(Soon()));
    ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
    ASSERT_EQ(commits.size(), acknowledged);
  }
}

TEST(RedisPollLogTest, SettlesALateAppendByReading) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  // Makes the script known, so that the late append is one command.
  ASSERT_OK(AppendTo(log, "OTHER1", {.commit_id = "1", .payload = "a"}));
  server.Pause();
  EXPECT_THAT(AppendTo(log, "ABC123", {.commit_id = "mine", .payload = "a"},
                       absl::Now() + absl::Milliseconds(200)),
              StatusIs(absl::StatusCode::kUnknown));
  server.Resume();
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  ASSERT_EQ(commits.size(), 1u);
  EXPECT_EQ(commits[0].commit_id, "mine");
}

TEST(RedisPollLogTest, IsUnavailableWhileRedisIsFullAndStoresNothing) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  Configure(server, "maxmemory", "1");
  EXPECT_THAT(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}),
              StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  EXPECT_EQ(commits.size(), 1u);
  Configure(server, "maxmemory", "0");
  EXPECT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
}

TEST(RedisPollLogTest, IsUnavailableWithoutRedis) {
  RedisPollLog log({.redis = {.address = "unix:/nonexistent/redis.sock"}});
  EXPECT_THAT(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ReadFrom(log, "ABC123", 0), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(RedisPollLogTest, ReportsAStreamThatIsNoLog) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  std::promise<absl::Status> promise;
  redis.Command({"XADD", "poll:{ABC123}:log", "2-0", "commit_id", "1", "payload", "a"}, Soon(),
                [&](absl::StatusOr<Reply> reply) { promise.set_value(reply.status()); });
  ASSERT_OK(promise.get_future().get());
  EXPECT_THAT(ReadFrom(log, "ABC123", 0), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(RedisPollLogTest, TellsSubscribersThatHintsMayBeMissingAfterAReconnect) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  absl::Mutex mutex;
  int gaps = 0;
  const auto subscription = log.Subscribe("ABC123", [&](uint64_t revision) {
    absl::MutexLock lock(&mutex);
    if (revision == PollLog::kUnknownRevision) ++gaps;
  });
  const auto await = [&](int count) {
    const auto enough = [&] { return gaps >= count; };
    absl::MutexLock lock(&mutex);
    return mutex.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
  };
  ASSERT_TRUE(await(1));
  server.Kill9();
  server.Restart();
  EXPECT_TRUE(await(2));
}

}  // namespace
}  // namespace caucus::polls
