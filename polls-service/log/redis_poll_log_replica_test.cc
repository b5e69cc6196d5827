// What becomes of the logs when a replica fails, and when it takes the master's place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/poll_log_calls.h"
#include "polls-service/log/poll_log_contract.h"
#include "polls-service/log/redis_poll_log.h"

namespace caucus::polls {
namespace {

using testing::AnyOf;

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

class ReplicatedFixture : public PollLogFixture {
 public:
  ReplicatedFixture() {
    master().Command("FLUSHALL");
    EXPECT_OK(log_.AwaitConnected(Soon()));
  }

  PollLog& log() override { return log_; }
  // Redis has no clock to set.
  void AdvanceTo(absl::Time time) override {
    absl::SleepFor(time + absl::Milliseconds(10) - absl::Now());
  }

 private:
  // One pair for all tests: a replica takes a second to begin.
  static RedisServer& master() {
    static RedisServer master;
    static RedisServer replica;
    static const bool is_followed = (replica.Follow(master), true);
    EXPECT_TRUE(is_followed);
    return master;
  }

  RedisPollLog log_{{.redis = {.address = master().unix_address()},
                     .ack_replicas = 1,
                     .ack_timeout = absl::Seconds(10)}};
};

std::unique_ptr<PollLogFixture> MakeReplicated() { return std::make_unique<ReplicatedFixture>(); }

INSTANTIATE_TEST_SUITE_P(Replicated, PollLogContractTest, testing::Values(MakeReplicated));

// Calls `call` until it succeeds, or is clearly hopeless.
template <typename Call>
auto Eventually(Call call) {
  const absl::Time give_up = Soon();
  auto result = call();
  while (!result.ok() && absl::Now() < give_up) result = call();
  return result;
}

// Subscribes, and waits for what it is told.
class Listener {
 public:
  Listener(PollLog& log, std::string_view poll_id)
      : subscription_(log.Subscribe(poll_id, [this](uint64_t revision) {
          absl::MutexLock lock(&mutex_);
          if (revision == PollLog::kUnknownRevision) {
            ++gaps_;
          } else {
            newest_ = std::max(newest_, revision);
          }
        })) {}

  bool AwaitGaps(int count) {
    const auto enough = [&] { return gaps_ >= count; };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
  }
  bool AwaitRevision(uint64_t revision) {
    const auto enough = [&] { return newest_ >= revision; };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(30));
  }

 private:
  absl::Mutex mutex_;
  int gaps_ = 0;
  uint64_t newest_ = 0;
  const std::unique_ptr<PollLog::Subscription> subscription_;
};

class RedisPollLogReplicaTest : public testing::Test {
 protected:
  RedisPollLogReplicaTest() { replica_.Follow(master_); }

  RedisPollLog::Options Options() const {
    return {.redis = {.address = master_.unix_address() + "," + replica_.unix_address()},
            .ack_replicas = 1,
            .ack_timeout = absl::Milliseconds(500)};
  }
  RedisPollLog::Options WithoutAcks() const {
    RedisPollLog::Options options = Options();
    options.ack_replicas = 0;
    options.redis.ping_interval = absl::Milliseconds(200);
    return options;
  }

  // Makes the master a replica of nobody, and the replica the master.
  void SwapRoles() {
    replica_.Promote();
    master_.Command("REPLICAOF 127.0.0.1 1");
  }

  RedisServer master_;
  RedisServer replica_;
};

TEST_F(RedisPollLogReplicaTest, TellsNobodyOfWhatNoReplicaHas) {
  // With one address only: a connection that is given up would explain any failure.
  RedisPollLog::Options options = Options();
  options.redis.address = master_.unix_address();
  RedisPollLog writer(options);
  RedisPollLog reader(options);
  ASSERT_OK(writer.AwaitConnected(Soon()));
  ASSERT_OK(reader.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(writer, "ABC123", {.commit_id = "1", .payload = "a"}));
  ASSERT_OK(ReadAfter(reader, "ABC123", {}));

  replica_.Pause();
  EXPECT_THAT(AppendTo(writer, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}),
              StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(ReadAfter(reader, "ABC123", {1, "1"}), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(LoadFrom(reader, "ABC123"), StatusIs(absl::StatusCode::kUnavailable));
  // Not even that somebody was faster is told.
  EXPECT_THAT(AppendTo(reader, "ABC123", {.expected = {1, "1"}, .commit_id = "3", .payload = "c"}),
              StatusIs(absl::StatusCode::kUnknown));

  replica_.Resume();
  ASSERT_OK_AND_ASSIGN(auto commits, Eventually([&] {
                         return ReadAfter(reader, "ABC123", {1, "1"});
                       }));
  EXPECT_EQ(commits, (std::vector<Commit>{{2, "2", "b"}}));
  EXPECT_OK(Eventually([&] { return LoadFrom(writer, "ABC123"); }));
  EXPECT_OK(AppendTo(writer, "ABC123", {.expected = {2, "2"}, .commit_id = "4", .payload = "d"}));
}

TEST_F(RedisPollLogReplicaTest, EndsEachCallInTimeWithoutAReplicaAndComesBack) {
  RedisPollLog log(Options());
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  replica_.Kill9();
  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(
        AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}),
        AnyOf(StatusIs(absl::StatusCode::kUnknown), StatusIs(absl::StatusCode::kUnavailable)));
    EXPECT_THAT(ReadAfter(log, "ABC123", {}), StatusIs(absl::StatusCode::kUnavailable));
  }
  replica_.Restart();
  replica_.Follow(master_);
  ASSERT_OK_AND_ASSIGN(auto commits, Eventually([&] { return ReadAfter(log, "ABC123", {}); }));
  EXPECT_EQ(commits.size(), 2u);
  EXPECT_OK(AppendTo(log, "ABC123", {.expected = {2, "2"}, .commit_id = "3", .payload = "c"}));
}

TEST_F(RedisPollLogReplicaTest, ConfirmsManyCommitsAtOnce) {
  constexpr int kLogs = 500;
  RedisPollLog log(Options());
  ASSERT_OK(log.AwaitConnected(Soon()));
  absl::BlockingCounter appended(kLogs);
  for (int i = 0; i < kLogs; ++i) {
    log.Append("poll" + std::to_string(i),
               {.commit_id = "1", .payload = "a", .expire_time = Soon() + absl::Hours(1)}, Soon(),
               [&](absl::Status status) {
                 EXPECT_OK(status);
                 appended.DecrementCount();
               });
  }
  appended.Wait();
  for (int i = 0; i < kLogs; ++i) {
    EXPECT_EQ(replica_.Command("XLEN poll:{poll" + std::to_string(i) + "}:log"), ":1\r\n");
  }
}

TEST_F(RedisPollLogReplicaTest, LosesNothingAcknowledgedWhenTheMasterDies) {
  constexpr int kWriters = 8;
  constexpr int kBefore = 400;
  constexpr int kAfter = 400;
  // The promoted replica has none of its own, so after the failover the master alone must do.
  RedisPollLog before(Options());
  RedisPollLog after(WithoutAcks());
  ASSERT_OK(before.AwaitConnected(Soon()));
  std::atomic<int> acknowledged = 0;
  std::atomic<bool> has_failed_over = false;
  std::vector<std::vector<std::string>> stored(kWriters);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; acknowledged < kBefore + kAfter; ++i) {
        const std::string id = std::to_string(writer) + "-" + std::to_string(i);
        PollLog& log = has_failed_over ? after : before;
        const absl::Status status =
            AppendTo(log, id, {.commit_id = "1", .payload = "a"}, absl::Now() + absl::Seconds(1));
        if (!status.ok()) continue;
        stored[writer].push_back(id);
        ++acknowledged;
      }
    });
  }
  while (acknowledged < kBefore) absl::SleepFor(absl::Milliseconds(1));
  master_.Kill9();
  replica_.Promote();
  has_failed_over = true;
  for (std::thread& writer : writers) writer.join();
  for (const auto& ids : stored) {
    for (const std::string& id : ids) {
      EXPECT_OK(Eventually([&] { return ReadAfter(after, id, {}); })) << id;
    }
  }
}

TEST_F(RedisPollLogReplicaTest, BelievesNothingThatADemotedMasterSays) {
  RedisPollLog log(WithoutAcks());
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  const auto replica_has_it = [&] {
    return replica_.Command("XLEN poll:{ABC123}:log") == ":1\r\n";
  };
  while (!replica_has_it()) absl::SleepFor(absl::Milliseconds(1));
  SwapRoles();
  RedisPollLog other({.redis = {.address = replica_.unix_address()}});
  ASSERT_OK(other.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(other, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));

  ASSERT_OK_AND_ASSIGN(auto commits, Eventually([&] { return ReadAfter(log, "ABC123", {}); }));
  EXPECT_EQ(commits.size(), 2u);
  EXPECT_OK(AppendTo(log, "ABC123", {.expected = {2, "2"}, .commit_id = "3", .payload = "c"}));
}

TEST_F(RedisPollLogReplicaTest, StoresNothingThroughADemotedMaster) {
  RedisPollLog log(WithoutAcks());
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "OTHER1", {.commit_id = "1", .payload = "a"}));
  SwapRoles();
  EXPECT_THAT(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}),
              AnyOf(IsOk(), StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_OK(
      Eventually([&] { return AppendTo(log, "XYZ789", {.commit_id = "1", .payload = "a"}); }));
  EXPECT_EQ(replica_.Command("XLEN poll:{XYZ789}:log"), ":1\r\n");
}

TEST_F(RedisPollLogReplicaTest, SubscribesAtThePromotedReplicaAlthoughTheMasterLives) {
  RedisPollLog log(WithoutAcks());
  ASSERT_OK(log.AwaitConnected(Soon()));
  Listener listener(log, "ABC123");
  ASSERT_TRUE(listener.AwaitGaps(1));
  // Nothing is asked of the log: its connections are idle when the roles change.
  SwapRoles();
  ASSERT_TRUE(listener.AwaitGaps(2));
  RedisPollLog other({.redis = {.address = replica_.unix_address()}});
  ASSERT_OK(other.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(other, "ABC123", {.commit_id = "1", .payload = "a"}));
  EXPECT_TRUE(listener.AwaitRevision(1));
}

TEST_F(RedisPollLogReplicaTest, LeavesAMasterThatNobodyFollowsForOneThatSomebodyDoes) {
  RedisServer third;
  RedisPollLog log(Options());
  ASSERT_OK(log.AwaitConnected(Soon()));
  ASSERT_OK(AppendTo(log, "ABC123", {.commit_id = "1", .payload = "a"}));
  // The old master does not know that it is none any more.
  replica_.Promote();
  third.Follow(replica_);
  ASSERT_OK_AND_ASSIGN(auto commits, Eventually([&] { return ReadAfter(log, "ABC123", {}); }));
  EXPECT_EQ(commits.size(), 1u);
  ASSERT_OK(AppendTo(log, "ABC123", {.expected = {1, "1"}, .commit_id = "2", .payload = "b"}));
  EXPECT_EQ(replica_.Command("XLEN poll:{ABC123}:log"), ":2\r\n");
}

}  // namespace
}  // namespace caucus::polls
