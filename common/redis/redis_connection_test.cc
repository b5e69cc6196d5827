#include "common/redis/redis_connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/redis/redis_options.h"
#include "common/redis/reply.h"
#include "common/redis/script.h"
#include "common/testing/fake_redis.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

using Arguments = std::vector<std::string>;

absl::Time Soon() { return absl::Now() + absl::Seconds(30); }

// Sends a command and makes its answer a future.
std::future<absl::StatusOr<Reply>> Send(RedisConnection& redis, const Arguments& arguments,
                                        absl::Time deadline = Soon()) {
  auto promise = std::make_shared<std::promise<absl::StatusOr<Reply>>>();
  redis.Command(arguments, deadline,
                [promise](absl::StatusOr<Reply> reply) { promise->set_value(std::move(reply)); });
  return promise->get_future();
}

absl::StatusOr<Reply> Call(RedisConnection& redis, const Arguments& arguments,
                           absl::Time deadline = Soon()) {
  return Send(redis, arguments, deadline).get();
}

absl::StatusOr<Reply> Eval(RedisConnection& redis, const Script& script, const Arguments& keys,
                           const Arguments& arguments) {
  std::promise<absl::StatusOr<Reply>> promise;
  redis.Eval(script, keys, arguments, Soon(),
             [&](absl::StatusOr<Reply> reply) { promise.set_value(std::move(reply)); });
  return promise.get_future().get();
}

TEST(RedisConnectionTest, SendsAnyBytesOverUnixAndTcp) {
  RedisServer server;
  const std::string value("a b\r\n\0%s", 8);
  for (const std::string& address : {server.unix_address(), server.tcp_address()}) {
    RedisConnection redis({.address = address});
    ASSERT_OK(redis.AwaitConnected(Soon()));
    ASSERT_OK(Call(redis, {"SET", address, value}));
    ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"GET", address}));
    EXPECT_EQ(reply.text, value);
  }
}

TEST(RedisConnectionTest, AnswersPipelinedCommandsInOrder) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  std::vector<std::future<absl::StatusOr<Reply>>> replies;
  for (int i = 0; i < 1000; ++i) replies.push_back(Send(redis, {"INCR", "n"}));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_OK_AND_ASSIGN(Reply reply, replies[i].get());
    ASSERT_EQ(reply.integer, i + 1);
  }
}

TEST(RedisConnectionTest, SignsInWithAPassword) {
  RedisServer server;
  {
    RedisConnection redis({.address = server.unix_address()});
    ASSERT_OK(redis.AwaitConnected(Soon()));
    ASSERT_OK(Call(redis, {"CONFIG", "SET", "requirepass", "open sesame"}));
  }
  RedisConnection right({.address = server.unix_address(), .password = "open sesame"});
  EXPECT_OK(right.AwaitConnected(Soon()));
  RedisConnection wrong({.address = server.unix_address(), .password = "guess"});
  EXPECT_THAT(wrong.AwaitConnected(absl::Now() + absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(RedisConnectionTest, RefusesAtOnceWithoutAConnection) {
  RedisConnection redis({.address = "unix:/nonexistent/redis.sock"});
  EXPECT_THAT(Call(redis, {"PING"}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(RedisConnectionTest, RefusesAnExpiredCommandUnsent) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_THAT(Call(redis, {"INCR", "n"}, absl::Now() - absl::Seconds(1)),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"GET", "n"}));
  EXPECT_EQ(reply.kind, Reply::Kind::kNil);
}

TEST(RedisConnectionTest, SaysUnknownAtTheDeadlineAndDropsTheLateAnswer) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  server.Pause();
  EXPECT_THAT(Call(redis, {"INCR", "n"}, absl::Now() + absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kUnknown));
  server.Resume();
  ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"GET", "n"}));
  EXPECT_EQ(reply.text, "1");
}

TEST(RedisConnectionTest, SaysUnknownWhenTheConnectionIsLostBeforeTheAnswer) {
  FakeRedis fake([](const Arguments&) { return std::nullopt; });
  RedisConnection redis({.address = fake.address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_THAT(Call(redis, {"INCR", "n"}), StatusIs(absl::StatusCode::kUnknown));
}

TEST(RedisConnectionTest, GivesUpAServerThatSpeaksNonsense) {
  FakeRedis fake([](const Arguments&) { return "%nonsense\r\n"; });
  RedisConnection redis({.address = fake.address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_THAT(Call(redis, {"INCR", "n"}), StatusIs(absl::StatusCode::kUnknown));
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_GE(fake.connections(), 2);
}

TEST(RedisConnectionTest, GivesUpAServerThatIsSilent) {
  RedisServer server;
  RedisConnection redis(
      {.address = server.unix_address(), .ping_interval = absl::Milliseconds(20)});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  server.Pause();
  EXPECT_THAT(Call(redis, {"GET", "n"}, absl::InfiniteFuture()),
              testing::AnyOf(StatusIs(absl::StatusCode::kUnknown),
                             StatusIs(absl::StatusCode::kUnavailable)));
  server.Resume();
  EXPECT_OK(redis.AwaitConnected(Soon()));
}

TEST(RedisConnectionTest, BoundsCommandsInFlight) {
  FakeRedis fake([](const Arguments&) { return ""; });
  RedisConnection redis({.address = fake.address(), .in_flight_max = 2});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  auto first = Send(redis, {"GET", "a"});
  auto second = Send(redis, {"GET", "b"});
  EXPECT_THAT(Call(redis, {"GET", "c"}), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(RedisConnectionTest, AnswersWhatIsInFlightWhenDestroyed) {
  FakeRedis fake([](const Arguments&) { return ""; });
  auto redis = std::make_unique<RedisConnection>(RedisOptions{.address = fake.address()});
  ASSERT_OK(redis->AwaitConnected(Soon()));
  auto reply = Send(*redis, {"GET", "a"});
  redis.reset();
  EXPECT_THAT(reply.get(), testing::AnyOf(StatusIs(absl::StatusCode::kUnknown),
                                          StatusIs(absl::StatusCode::kUnavailable)));
}

TEST(RedisConnectionTest, ComesBackAfterTheServerHasDied) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  ASSERT_OK(Call(redis, {"SET", "a", "1"}));
  server.Kill9();
  EXPECT_FALSE(Call(redis, {"SET", "a", "2"}).ok());
  server.Restart();
  ASSERT_OK(redis.AwaitConnected(Soon()));
  ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"GET", "a"}));
  EXPECT_EQ(reply.text, "1");
}

TEST(RedisConnectionTest, MapsErrorRepliesToStatuses) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_THAT(Call(redis, {"NOSUCHCOMMAND"}), StatusIs(absl::StatusCode::kInternal));
  ASSERT_OK(Call(redis, {"CONFIG", "SET", "min-replicas-to-write", "1"}));
  EXPECT_THAT(Call(redis, {"SET", "a", "1"}), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(RedisConnectionTest, LoadsAScriptThatTheServerDoesNotKnow) {
  RedisServer server;
  RedisConnection redis({.address = server.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  const Script script("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}");
  for (int i = 1; i <= 3; ++i) {
    if (i == 3) {
      ASSERT_OK(Call(redis, {"SCRIPT", "FLUSH"}));
    }
    ASSERT_OK_AND_ASSIGN(Reply reply, Eval(redis, script, {"n"}, {"x"}));
    ASSERT_EQ(reply.elements.size(), 3u);
    EXPECT_EQ(reply.elements[0].text, "n");
    EXPECT_EQ(reply.elements[1].text, "x");
    EXPECT_EQ(reply.elements[2].integer, i);
  }
}

TEST(RedisConnectionTest, UsesTheFirstOfItsAddressesThatIsAMaster) {
  RedisServer master;
  RedisServer replica;
  replica.Follow(master);
  RedisConnection redis({.address = "unix:/nonexistent/redis.sock," + replica.unix_address() + "," +
                                    master.tcp_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_OK(Call(redis, {"SET", "a", "1"}));
  EXPECT_EQ(master.Command("GET a"), "$1\r\n1\r\n");
}

TEST(RedisConnectionTest, RefusesAReplica) {
  RedisServer master;
  RedisServer replica;
  replica.Follow(master);
  RedisConnection redis({.address = replica.unix_address()});
  EXPECT_THAT(redis.AwaitConnected(absl::Now() + absl::Milliseconds(200)),
              StatusIs(absl::StatusCode::kUnavailable));
  replica.Promote();
  EXPECT_OK(redis.AwaitConnected(Soon()));
}

TEST(RedisConnectionTest, SearchesAnewWhenTheMasterIsDemoted) {
  RedisServer first;
  RedisServer second;
  second.Follow(first);
  RedisConnection redis({.address = first.unix_address() + "," + second.unix_address()});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  second.Promote();
  first.Follow(second);
  EXPECT_THAT(Call(redis, {"SET", "a", "1"}), StatusIs(absl::StatusCode::kUnavailable));
  absl::StatusOr<Reply> reply;
  do {
    ASSERT_OK(redis.AwaitConnected(Soon()));
    reply = Call(redis, {"SET", "a", "2"});
  } while (absl::IsUnavailable(reply.status()));
  ASSERT_OK(reply);
  EXPECT_EQ(second.Command("GET a"), "$1\r\n2\r\n");
}

TEST(RedisConnectionTest, FindsOutWhileIdleThatTheMasterWasDemoted) {
  RedisServer first;
  RedisServer second;
  second.Follow(first);
  std::atomic<size_t> address = 99;
  RedisConnection redis({.address = first.unix_address() + "," + second.unix_address(),
                         .ping_interval = absl::Milliseconds(100)},
                        {}, [&](size_t address_index, absl::Time) { address = address_index; });
  ASSERT_OK(redis.AwaitConnected(Soon()));
  second.Promote();
  first.Follow(second);
  while (address != 1) absl::SleepFor(absl::Milliseconds(1));
}

TEST(RedisConnectionTest, BelievesNoAnswerWhoseWaitFails) {
  // What the server says to WAIT, the last one by hanging up.
  for (const std::optional<std::string>& wait :
       {std::optional<std::string>(":0\r\n"),
        {":-1\r\n"},
        {"+OK\r\n"},
        {"$-1\r\n"},
        {"-ERR WAIT cannot be used with replica instances\r\n"},
        {"-UNBLOCKED\r\n"},
        {}}) {
    FakeRedis fake([&](const Arguments& command) {
      return command[0] == "WAIT" ? wait : std::optional<std::string>(":1\r\n");
    });
    RedisConnection redis({.address = fake.address()}, {.count = 1});
    ASSERT_OK(redis.AwaitConnected(Soon()));
    EXPECT_THAT(Call(redis, {"INCR", "n"}), StatusIs(absl::StatusCode::kUnknown));
    EXPECT_OK(redis.AwaitConnected(Soon()));
  }
}

class RedisConnectionAcksTest : public testing::Test {
 protected:
  RedisConnectionAcksTest() { replica_.Follow(master_); }

  RedisServer master_;
  RedisServer replica_;
};

TEST_F(RedisConnectionAcksTest, AnswersInOrderOnceTheReplicaHasIt) {
  RedisConnection redis({.address = master_.unix_address()}, {.count = 1});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  std::vector<std::future<absl::StatusOr<Reply>>> replies;
  for (int i = 0; i < 1000; ++i) replies.push_back(Send(redis, {"INCR", "n"}));
  for (int i = 0; i < 1000; ++i) {
    ASSERT_OK_AND_ASSIGN(Reply reply, replies[i].get());
    ASSERT_EQ(reply.integer, i + 1);
  }
  EXPECT_EQ(replica_.Command("GET n"), "$4\r\n1000\r\n");
}

TEST_F(RedisConnectionAcksTest, SaysUnknownWithoutEnoughReplicas) {
  RedisConnection redis({.address = master_.unix_address()},
                        {.count = 2, .timeout = absl::Milliseconds(50)});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  EXPECT_THAT(Call(redis, {"SET", "a", "1"}), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(Call(redis, {"GET", "a"}), StatusIs(absl::StatusCode::kUnknown));
  // What tells nothing of the data needs nobody's consent.
  EXPECT_THAT(Call(redis, {"NOSUCHCOMMAND"}), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(RedisConnectionAcksTest, SendsNothingMoreWhileReplicasAreWaitedFor) {
  RedisConnection redis({.address = master_.unix_address()},
                        {.count = 1, .timeout = absl::Seconds(30)});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  replica_.Pause();
  auto first = Send(redis, {"INCR", "n"});
  while (master_.Command("GET n") != "$1\r\n1\r\n") absl::SleepFor(absl::Milliseconds(1));
  const absl::Time soon = absl::Now() + absl::Milliseconds(50);
  auto second = Send(redis, {"INCR", "n"});
  EXPECT_THAT(Call(redis, {"INCR", "n"}, soon), StatusIs(absl::StatusCode::kDeadlineExceeded));
  replica_.Resume();
  EXPECT_OK(first.get());
  ASSERT_OK_AND_ASSIGN(Reply reply, second.get());
  EXPECT_EQ(reply.integer, 2);
}

TEST_F(RedisConnectionAcksTest, SaysUnknownAtTheDeadlineAndDropsTheLateConsent) {
  RedisConnection redis({.address = master_.unix_address()},
                        {.count = 1, .timeout = absl::Seconds(30)});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  replica_.Pause();
  EXPECT_THAT(Call(redis, {"INCR", "n"}, absl::Now() + absl::Milliseconds(50)),
              StatusIs(absl::StatusCode::kUnknown));
  replica_.Resume();
  ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"GET", "n"}));
  EXPECT_EQ(reply.text, "1");
}

TEST_F(RedisConnectionAcksTest, AnswersWhatIsInFlightWhenTheConnectionIsLost) {
  RedisConnection redis({.address = master_.unix_address()},
                        {.count = 1, .timeout = absl::Seconds(30)});
  ASSERT_OK(redis.AwaitConnected(Soon()));
  replica_.Pause();
  auto sent = Send(redis, {"INCR", "n"});
  while (master_.Command("GET n") != "$1\r\n1\r\n") absl::SleepFor(absl::Milliseconds(1));
  auto waiting = Send(redis, {"INCR", "n"});
  master_.Kill9();
  EXPECT_THAT(sent.get(), StatusIs(absl::StatusCode::kUnknown));
  EXPECT_THAT(waiting.get(), StatusIs(absl::StatusCode::kUnavailable));
  replica_.Resume();
  master_.Restart();
  replica_.Follow(master_);
  ASSERT_OK(redis.AwaitConnected(Soon()));
  ASSERT_OK_AND_ASSIGN(Reply reply, Call(redis, {"INCR", "n"}));
  EXPECT_EQ(reply.integer, 2);
}

}  // namespace
}  // namespace caucus
