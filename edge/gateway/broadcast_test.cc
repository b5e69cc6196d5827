#include "edge/gateway/broadcast.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "edge/executor/executor.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// A shard with a thread. Thread-safe.
class ThreadExecutor final : public Executor {
 public:
  ThreadExecutor() : thread_([this] { Run(); }) {}

  void Post(std::function<void()> task) override {
    const absl::MutexLock lock(&mutex_);
    tasks_.push_back(std::move(task));
  }
  void PostAfter(std::chrono::milliseconds, std::function<void()>) override { ADD_FAILURE(); }
  // Ends the thread when it has run what was posted before.
  void Stop() { Post(nullptr); }
  void Join() { thread_.join(); }

 private:
  void Run() {
    while (const std::function<void()> task = Next()) task();
  }
  std::function<void()> Next() {
    const absl::MutexLock lock(&mutex_);
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !tasks_.empty(); };
    mutex_.Await(absl::Condition(&ready));
    std::function<void()> task = std::move(tasks_.front());
    tasks_.pop_front();
    return task;
  }

  absl::Mutex mutex_;
  std::deque<std::function<void()>> tasks_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

class BroadcastTest : public GatewayFixture {
 protected:
  void RunShard(size_t shard) {
    while (executors_[shard].RunOne()) {
    }
  }
  // Nothing that is posted to shard 1 runs meanwhile.
  void AnswerOnShard0(const chat::v1::SayResponse& response = News("x")) {
    invoker_.Take("Say").done(response.SerializeAsString());
    RunShard(0);
  }
  void StreamOnShard0(const chat::v1::ListenResponse& message) {
    invoker_.StreamsOf("Listen").back()->on_message(message.SerializeAsString());
    RunShard(0);
  }
  // An answer with an effect on all shards.
  static chat::v1::SayResponse News(const std::string& text) {
    chat::v1::SayResponse response;
    auto& emit = *response.mutable_effects()->add_effects()->mutable_emit();
    emit.mutable_to()->set_all(true);
    emit.set_event("news");
    emit.set_arguments_json("[\"" + text + "\"]");
    return response;
  }
  // A room whose stream is on shard 0.
  std::string RoomOfShard0() {
    for (int i = 0;; ++i) {
      const std::string room = "room" + std::to_string(i);
      for (const auto& rules : table_->namespaces()) {
        for (const auto& rule : rules->feeds) {
          const FeedKey key = {.nsp = rules.get(), .rule = rule.get(), .room = room};
          if (rule->MatchRoom(room) && mesh_.HomeOf(key) == 0) return room;
        }
      }
    }
  }
  int Reads() const { return invoker_.StreamsOf("Listen").back()->reads; }

  std::vector<int> ran_;
  int done_ = 0;
};

TEST_F(BroadcastTest, TellsWhenAllShardsHaveRunIt) {
  Broadcast broadcast(mesh_, 0);
  broadcast.PostToOthers([this](Gateway&) { ran_.push_back(1); });
  broadcast.PostToOthers([this](Gateway&) { ran_.push_back(2); });
  EXPECT_TRUE(broadcast.Await([this](Gateway&) { ++done_; }));
  RunShard(0);
  EXPECT_THAT(ran_, IsEmpty());
  RunShard(1);
  EXPECT_THAT(ran_, ElementsAre(1, 2));
  EXPECT_EQ(done_, 0);
  RunShard(0);
  EXPECT_EQ(done_, 1);
}

TEST_F(BroadcastTest, WaitsForNothingThatHasRun) {
  Broadcast nothing(mesh_, 0);
  EXPECT_FALSE(nothing.Await([this](Gateway&) { ++done_; }));
  Broadcast quick(mesh_, 0);
  quick.PostToOthers([this](Gateway&) { ran_.push_back(1); });
  RunAll();
  EXPECT_FALSE(quick.Await([this](Gateway&) { ++done_; }));
  RunAll();
  EXPECT_EQ(done_, 0);
}

TEST_F(BroadcastTest, SeesWhenAShardIsBehind) {
  for (size_t i = 0; i < Broadcast::kInFlightMax; ++i) {
    Broadcast broadcast(mesh_, 0);
    broadcast.PostToOthers([](Gateway&) {});
    EXPECT_FALSE(broadcast.crowded());
  }
  Broadcast one_more(mesh_, 0);
  one_more.PostToOthers([](Gateway&) {});
  EXPECT_TRUE(one_more.crowded());
  Broadcast other_way(mesh_, 1);
  other_way.PostToOthers([](Gateway&) {});
  EXPECT_FALSE(other_way.crowded());
  RunAll();
  Broadcast later(mesh_, 0);
  later.PostToOthers([](Gateway&) {});
  EXPECT_FALSE(later.crowded());
  RunAll();
}

TEST_F(BroadcastTest, ShowsWhatOtherThreadsHaveDone) {
  constexpr int kRounds = 1000;
  ShardMesh mesh;
  int delivered = 0;
  int round = 0;
  {
    ThreadExecutor shards[2];
    for (size_t i = 0; i < 2; ++i) mesh.Add(shards[i], gateway(i));
    std::function<void()> go_on = [&] {
      EXPECT_EQ(delivered, round * 2);
      if (round++ == kRounds) {
        for (ThreadExecutor& shard : shards) shard.Stop();
        return;
      }
      Broadcast broadcast(mesh, 0);
      for (int i = 0; i < 2; ++i) broadcast.PostToOthers([&](Gateway&) { ++delivered; });
      if (!broadcast.Await([&](Gateway&) { go_on(); })) shards[0].Post(go_on);
    };
    shards[0].Post(go_on);
    // The threads end before what they use goes.
    for (ThreadExecutor& shard : shards) shard.Join();
  }
  EXPECT_EQ(delivered, kRounds * 2);
}

TEST_F(BroadcastTest, HoldsTheSocketThatIsAheadOfAShard) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 1);
  bob->Received();
  for (size_t i = 0; i < Broadcast::kInFlightMax + 2; ++i)
    ann->Send(R"(2/chat,["say",{"text":"x"}])");
  ann->Hangup();
  RunAll();
  for (size_t i = 0; i < Broadcast::kInFlightMax; ++i) AnswerOnShard0();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  AnswerOnShard0(News("last"));
  EXPECT_THAT(invoker_.Waiting(), IsEmpty());
  RunShard(1);
  EXPECT_THAT(bob->Received(), SizeIs(Broadcast::kInFlightMax + 1));
  RunShard(0);
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
  AnswerOnShard0();
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Leave"));
}

TEST_F(BroadcastTest, CountsACallUntilOtherShardsHaveCaughtUp) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 0);
  for (size_t i = 0; i < Broadcast::kInFlightMax + 1; ++i) {
    ann->Send(R"(2/chat,["say",{"text":"x"}])");
    AnswerOnShard0();
  }
  bob->Received();
  options_.calls_in_flight_max = 1;
  bob->Send(R"(2/chat,1["say",{"text":"x"}])");
  EXPECT_THAT(bob->Received(), ElementsAre(testing::HasSubstr("TooManyRequests")));
  RunAll();
  bob->Send(R"(2/chat,1["say",{"text":"x"}])");
  EXPECT_THAT(invoker_.Waiting(), ElementsAre("Say"));
}

TEST_F(BroadcastTest, ReadsNoFurtherMessageBeforeEveryShardHasDelivered) {
  const std::string room = RoomOfShard0();
  const auto ann = Enter("ann", room, 0);
  const auto bob = Enter("bob", room, 1);
  bob->Received();
  StreamOnShard0(Said("1", 1));
  EXPECT_EQ(Reads(), 1);
  RunShard(1);
  EXPECT_THAT(bob->Received(), ElementsAre(R"(2/chat,["said",{"echo":"1"}])"));
  EXPECT_EQ(Reads(), 1);
  RunShard(0);
  EXPECT_EQ(Reads(), 2);
}

TEST_F(BroadcastTest, WaitsForNoShardThatHasLeftAFeed) {
  const std::string room = RoomOfShard0();
  const auto ann = Enter("ann", room, 0);
  const auto bob = Enter("bob", room, 1);
  StreamOnShard0(Said("1", 1));
  bob->Hangup();
  RunAll();
  EXPECT_EQ(Reads(), 2);
  StreamOnShard0(Said("2", 2));
  EXPECT_EQ(Reads(), 3);
}

TEST_F(BroadcastTest, ReadsNoFurtherMessageBeforeEveryShardHasItsEffects) {
  const auto ann = Enter("ann", RoomOfShard0(), 0);
  chat::v1::ListenResponse message = Said("1", 1);
  *message.mutable_effects() = News("x").effects();
  StreamOnShard0(message);
  EXPECT_EQ(Reads(), 1);
  RunAll();
  EXPECT_EQ(Reads(), 2);
}

TEST_F(BroadcastTest, ForgetsAFeedThatIsGoneWhenTheShardsHaveDelivered) {
  const std::string room = RoomOfShard0();
  const auto bob = Enter("bob", room, 1);
  StreamOnShard0(Said("1", 1));
  invoker_.StreamsOf("Listen").back()->on_end(absl::NotFoundError("gone"));
  RunAll();
  EXPECT_EQ(Reads(), 1);
}

}  // namespace
}  // namespace caucus::edge::gateway
