#include "polls-service/log/redis_poll_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/poll_log_calls.h"
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
  ASSERT_EQ(server.Command("CONFIG SET " + name + " " + value), "+OK\r\n");
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

TEST(RedisPollLogTest, EndsEachCallInTimeWhileRedisIsSlow) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  std::thread slow([&] { server.Command("DEBUG SLEEP 1"); });
  // Until it sleeps, calls succeed.
  uint64_t revision = 1;
  absl::Status status;
  while (status.ok()) {
    status = AppendTo(log, "ABC123",
                      {.expected = {revision, std::to_string(revision)},
                       .commit_id = std::to_string(revision + 1),
                       .payload = "a"},
                      absl::Now() + absl::Milliseconds(50));
    ++revision;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnknown));
  const absl::Time soon = absl::Now() + absl::Milliseconds(50);
  EXPECT_THAT(ReadAfter(log, "ABC123", {}, soon), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(LoadFrom(log, "ABC123", soon), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StoreSnapshotIn(log, "ABC123", {.position = {1, "1"}}, soon),
              StatusIs(absl::StatusCode::kUnavailable));
  slow.join();
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  EXPECT_EQ(commits.size(), revision);
}

TEST(RedisPollLogTest, IsUnavailableWhileRedisIsFullAndStoresNothing) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  const absl::Time soon = absl::Now() + absl::Milliseconds(500);
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  ASSERT_OK(AppendTo(log, "SHORT", {.commit_id = "1", .payload = "a", .expire_time = soon}));
  ASSERT_OK(StoreSnapshotIn(log, "ABC123", {.position = {1, "1"}, .payload = "s"}));
  Configure(server, "maxmemory", "1");
  EXPECT_THAT(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StoreSnapshotIn(log, "ABC123", {.position = {1, "1"}, .payload = "t"}),
              StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  EXPECT_EQ(commits.size(), 1u);
  ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log, "ABC123"));
  EXPECT_EQ(loaded.snapshot->payload, "s");
  absl::SleepFor(soon + absl::Milliseconds(10) - absl::Now());
  EXPECT_THAT(ReadFrom(log, "SHORT", 0), StatusIs(absl::StatusCode::kNotFound));
  Configure(server, "maxmemory", "0");
  EXPECT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
}

TEST(RedisPollLogTest, AppendsOnceWhileRedisForgetsItsScripts) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  constexpr uint64_t kCommits = 200;
  for (uint64_t i = 0; i < kCommits; ++i) {
    if (i % 20 == 0) server.Command("SCRIPT FLUSH");
    ASSERT_OK(AppendTo(
        log, "ABC123",
        {.expected = {i, std::to_string(i)}, .commit_id = std::to_string(i + 1), .payload = "p"}));
    if (i % 30 == 0) {
      server.Command("SCRIPT FLUSH");
      ASSERT_OK(LoadFrom(log, "ABC123"));
      ASSERT_OK(StoreSnapshotIn(log, "ABC123",
                                {.position = {i + 1, std::to_string(i + 1)}, .payload = "s"}));
    }
  }
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  EXPECT_EQ(commits.size(), kCommits);
}

TEST(RedisPollLogTest, IgnoresASnapshotOfALostHistory) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  ASSERT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
  ASSERT_OK(StoreSnapshotIn(log, "ABC123", {.position = {2, "2"}, .payload = "s"}));
  // As a failover does: the newest commit is lost, and another takes its revision.
  server.Command("DEL poll:{ABC123}:log");
  server.Command("XADD poll:{ABC123}:log 1-0 commit_id 1 payload a");
  server.Command("PEXPIRE poll:{ABC123}:log 3600000");
  ASSERT_OK_AND_ASSIGN(auto shorter, LoadFrom(log, "ABC123"));
  EXPECT_EQ(shorter.snapshot, std::nullopt);
  EXPECT_EQ(shorter.commits.size(), 1u);
  ASSERT_OK(StoreSnapshotIn(log, "ABC123", {.position = {1, "1"}, .payload = "anew"}));
  ASSERT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "other", .payload = "c"}));
  ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log, "ABC123"));
  EXPECT_EQ(loaded.snapshot, (PollLog::Snapshot{.position = {1, "1"}, .payload = "anew"}));
  EXPECT_EQ(loaded.commits, (std::vector<Commit>{{2, "other", "c"}}));
}

TEST(RedisPollLogTest, IgnoresAndReplacesWhatIsNoSnapshot) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  ASSERT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
  const std::string key = "poll:{ABC123}:snapshot";
  std::vector<std::string> commands = {
      "SET " + key + " text", "RPUSH " + key + " 1 1 s", "HSET " + key + " other field",
      "HSET " + key + " revision 2 payload s", "HSET " + key + " revision 2 commit_id 2"};
  for (const std::string revision :
       {"abc", "-1", "+2", "0", "2-0", "2x", "1e0", "9999999999999999999", "18446744073709551616",
        "99999999999999999999999999"}) {
    commands.push_back("HSET " + key + " revision " + revision + " commit_id 2 payload s");
  }
  const PollLog::Snapshot anew = {.position = {1, "1"}, .payload = "anew"};
  for (const std::string& command : commands) {
    SCOPED_TRACE(command);
    server.Command("DEL " + key);
    server.Command(command);
    ASSERT_OK_AND_ASSIGN(auto whole, LoadFrom(log, "ABC123"));
    EXPECT_EQ(whole.snapshot, std::nullopt);
    EXPECT_EQ(whole.commits.size(), 2u);
    ASSERT_OK(StoreSnapshotIn(log, "ABC123", anew));
    ASSERT_OK_AND_ASSIGN(auto replaced, LoadFrom(log, "ABC123"));
    EXPECT_EQ(replaced.snapshot, anew);
    EXPECT_EQ(replaced.commits.size(), 1u);
  }
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
  server.Command("XADD poll:{ABC123}:log 2-0 commit_id 1 payload a");
  EXPECT_THAT(ReadFrom(log, "ABC123", 0), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(LoadFrom(log, "ABC123"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(RedisPollLogTest, ReportsAKeyThatIsNoStream) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  server.Command("SET poll:{ABC123}:log text");
  EXPECT_THAT(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(ReadFrom(log, "ABC123", 0), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(LoadFrom(log, "ABC123"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(server.Command("GET poll:{ABC123}:log"), "$4\r\ntext\r\n");
}

TEST(RedisPollLogTest, ReportsALogThatTakesNoFurtherCommit) {
  RedisServer server;
  RedisPollLog log({.redis = {.address = server.unix_address()}});
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  ASSERT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
  // The stream remembers its greatest id.
  server.Command("XDEL poll:{ABC123}:log 2-0");
  EXPECT_THAT(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "3", .payload = "c"}),
              StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log, "ABC123", 0));
  EXPECT_EQ(commits, (std::vector<Commit>{{1, "1", "a"}}));
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
