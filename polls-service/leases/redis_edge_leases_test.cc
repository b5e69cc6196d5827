#include "polls-service/leases/redis_edge_leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/redis/redis_connection.h"
#include "common/redis/reply.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"
#include "polls-service/leases/edge_leases.h"
#include "polls-service/leases/edge_leases_contract.h"

namespace caucus::polls {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

class RedisFixture : public EdgeLeasesFixture {
 public:
  RedisFixture() { EXPECT_OK(leases_.AwaitConnected(Soon())); }

  EdgeLeases& leases() override { return leases_; }
  // Redis has no clock to set.
  void Pass(absl::Duration duration) override { absl::SleepFor(duration + absl::Milliseconds(10)); }

 private:
  RedisServer server_;
  RedisEdgeLeases leases_{
      {.redis = {.address = server_.unix_address()}, .lease_duration = kLeaseDuration}};
};

std::unique_ptr<EdgeLeasesFixture> MakeRedis() { return std::make_unique<RedisFixture>(); }

INSTANTIATE_TEST_SUITE_P(Redis, EdgeLeasesContractTest, testing::Values(MakeRedis));

class RedisEdgeLeasesTest : public testing::Test {
 protected:
  RedisEdgeLeasesTest() {
    EXPECT_OK(leases_.AwaitConnected(Soon()));
    EXPECT_OK(redis_.AwaitConnected(Soon()));
  }

  Reply Command(const std::vector<std::string>& arguments) {
    std::promise<absl::StatusOr<Reply>> promise;
    redis_.Command(arguments, Soon(),
                   [&](absl::StatusOr<Reply> reply) { promise.set_value(std::move(reply)); });
    absl::StatusOr<Reply> reply = promise.get_future().get();
    EXPECT_OK(reply);
    return reply.ok() ? *std::move(reply) : Reply();
  }

  RedisServer server_;
  RedisEdgeLeases leases_{{.redis = {.address = server_.unix_address()}}};
  RedisConnection redis_{{.address = server_.unix_address()}};
};

TEST_F(RedisEdgeLeasesTest, LeavesNothingThatDoesNotExpire) {
  ASSERT_OK(RenewIn(leases_, "edge-1"));
  EXPECT_GT(Command({"PTTL", "edge:{edge-1}:lease"}).integer, 1'000);
  EXPECT_LE(Command({"PTTL", "edge:{edge-1}:lease"}).integer, 12'000);
  EXPECT_GT(Command({"PTTL", "edge:{edge-1}:known"}).integer, 3'500'000);
  EXPECT_LE(Command({"PTTL", "edge:{edge-1}:known"}).integer, 3'600'000);
  ASSERT_OK(DeclareDeadIn(leases_, "edge-1"));
  EXPECT_GT(Command({"PTTL", "edge:{edge-1}:dead"}).integer, 3'000'000);
  EXPECT_LE(Command({"PTTL", "edge:{edge-1}:dead"}).integer, 3'600'000);
  EXPECT_EQ(Command({"EXISTS", "edge:{edge-1}:lease"}).integer, 0);
}

TEST_F(RedisEdgeLeasesTest, GoesOnWhenTheMemoryIsFull) {
  Command({"CONFIG", "SET", "maxmemory", "1"});
  ASSERT_OK(RenewIn(leases_, "a"));
  ASSERT_OK(RenewIn(leases_, "b"));
  ASSERT_OK(DeclareDeadIn(leases_, "b"));
  EXPECT_THAT(*FindMissingIn(leases_, {"a", "b"}), ElementsAre("b"));
}

TEST_F(RedisEdgeLeasesTest, FindsNobodyMissingWhileNobodyCouldRenew) {
  ASSERT_OK(RenewIn(leases_, "a"));
  Command({"CONFIG", "SET", "min-replicas-to-write", "1"});
  EXPECT_THAT(RenewIn(leases_, "a"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(FindMissingIn(leases_, {"a"}), StatusIs(absl::StatusCode::kUnavailable));
  Command({"CONFIG", "SET", "min-replicas-to-write", "0"});
  EXPECT_THAT(*FindMissingIn(leases_, {"a"}), IsEmpty());
}

TEST_F(RedisEdgeLeasesTest, FailsInTimeWhileRedisHangsAndComesBack) {
  ASSERT_OK(RenewIn(leases_, "a"));
  server_.Pause();
  const absl::Time deadline = absl::Now() + absl::Milliseconds(100);
  EXPECT_THAT(RenewIn(leases_, "a", deadline), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_FALSE(FindMissingIn(leases_, {"a"}, deadline).ok());
  server_.Resume();
  EXPECT_OK(RenewIn(leases_, "a"));
}

TEST_F(RedisEdgeLeasesTest, ComesBackAfterARestart) {
  ASSERT_OK(RenewIn(leases_, "a"));
  server_.Kill9();
  EXPECT_FALSE(RenewIn(leases_, "a").ok());
  EXPECT_FALSE(FindMissingIn(leases_, {"a"}).ok());
  server_.Restart();
  ASSERT_OK(leases_.AwaitConnected(Soon()));
  EXPECT_OK(RenewIn(leases_, "a"));
  EXPECT_THAT(*FindMissingIn(leases_, {"a"}), IsEmpty());
}

}  // namespace
}  // namespace caucus::polls
