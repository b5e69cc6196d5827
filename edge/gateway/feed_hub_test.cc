#include "edge/gateway/feed_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"
#include "edge/limits/limit.h"

namespace caucus::edge::gateway {
namespace {

using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kSaid1 = R"(2/chat,["said",{"echo":"1"}])";
constexpr std::string_view kSaid2 = R"(2/chat,["said",{"echo":"2"}])";
constexpr milliseconds kTick(1);

class FeedHubTest : public GatewayFixture {
 protected:
  auto Streams() const { return invoker_.StreamsOf("Listen"); }
  static chat::v1::ListenRequest RequestOfStream(const FakeRpcInvoker::Stream& stream) {
    return RequestOf<chat::v1::ListenRequest>(stream.call);
  }
  void Break() { EndStream(absl::UnavailableError("connection reset")); }
  void Leave(TestClient& client) {
    client.Hangup();
    RunAll();
  }
};

TEST_F(FeedHubTest, OpensOneStreamForTheMembersOfAllShards) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 1);
  const auto cid = Enter("cid", "tea", 1);
  ASSERT_THAT(Streams(), SizeIs(1));
  EXPECT_EQ(Streams()[0]->call.method, "/chat.v1.ChatService/Listen");
  EXPECT_EQ(RequestOfStream(*Streams()[0]).ShortDebugString(), R"(room: "tea")");
  EXPECT_EQ(MetadataOf(Streams()[0]->call, "authorization"), "Bearer ann");
  const auto dan = Enter("dan", "milk", 1);
  EXPECT_THAT(Streams(), SizeIs(2));
}

TEST_F(FeedHubTest, OpensTheFeedsThatMatchARoom) {
  const auto ann = Enter("ann", "tea");
  ASSERT_THAT(invoker_.StreamsOf("Whisper"), SizeIs(1));
  EXPECT_EQ(RequestOfStream(*invoker_.StreamsOf("Whisper")[0]).room(), "ann");
}

TEST_F(FeedHubTest, ClosesItsStreamSomeTimeAfterTheLastMemberHasLeft) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 1);
  Leave(*ann);
  Advance(options_.feed.linger * 2);
  EXPECT_TRUE(Streams()[0]->is_open);
  Leave(*bob);
  Advance(options_.feed.linger - kTick);
  EXPECT_TRUE(Streams()[0]->is_open);
  Advance(kTick);
  EXPECT_FALSE(Streams()[0]->is_open);
  EXPECT_EQ(FeedCount(), 0u);
}

TEST_F(FeedHubTest, KeepsItsStreamForOneWhoComesBackSoon) {
  const auto ann = Enter("ann", "tea", 0);
  Stream(Said("1", 1));
  Leave(*ann);
  Advance(options_.feed.linger - kTick);
  const auto bob = Enter("bob", "tea", 1);
  EXPECT_THAT(bob->Received(), Contains(kSaid1));
  Leave(*bob);
  Advance(options_.feed.linger - kTick);
  EXPECT_TRUE(Streams()[0]->is_open);
  Advance(kTick);
  EXPECT_FALSE(Streams()[0]->is_open);
  EXPECT_THAT(Streams(), SizeIs(1));
}

TEST_F(FeedHubTest, OpensNoMoreStreamsThanItMay) {
  options_.feed.feeds_max = 2;
  const auto ann = Enter("ann", "tea");
  std::vector<std::unique_ptr<TestClient>> others;
  for (int i = 0; i < 8; ++i) others.push_back(Enter("bob", "room" + std::to_string(i)));
  EXPECT_LE(FeedCount(), 4u);
  EXPECT_THAT(limits_.reached, Contains(Limit::kFeeds));
  for (const auto& client : others) Leave(*client);
  Leave(*ann);
  Advance(options_.feed.linger);
  EXPECT_EQ(FeedCount(), 0u);
}

TEST_F(FeedHubTest, ClosesALingeringStreamForANewOne) {
  options_.feed.feeds_max = 2;
  for (int i = 0; i < 8; ++i) {
    const std::string room = "room" + std::to_string(i);
    const auto ann = Enter("ann", room);
    EXPECT_EQ(RequestOfStream(*Streams().back()).room(), room);
    EXPECT_TRUE(Streams().back()->is_open);
    Leave(*ann);
    EXPECT_LE(FeedCount(), 4u);
  }
  EXPECT_THAT(limits_.reached, IsEmpty());
  EXPECT_FALSE(Streams().front()->is_open);
}

TEST_F(FeedHubTest, KeepsARetainedMessageThatCameWhileNobodyWasThere) {
  const auto ann = Enter("ann", "tea", 0);
  Leave(*ann);
  Stream(Said("1", 1));
  EXPECT_EQ(Streams()[0]->reads, 2);
  const auto bob = Enter("bob", "tea", 0);
  EXPECT_THAT(bob->Received(), Contains(kSaid1));
}

TEST_F(FeedHubTest, AsksForTheNextMessageOncePerMessage) {
  const auto ann = Enter("ann", "tea");
  EXPECT_EQ(Streams()[0]->reads, 1);
  Streams()[0]->on_message(Said("1", 1).SerializeAsString());
  EXPECT_EQ(Streams()[0]->reads, 1);
  RunAll();
  EXPECT_EQ(Streams()[0]->reads, 2);
  Stream(chat::v1::ListenResponse());
  EXPECT_EQ(Streams()[0]->reads, 3);
}

TEST_F(FeedHubTest, SkipsAMessageThatCannotBeDecoded) {
  const auto ann = Enter("ann", "tea");
  ann->Received();
  Streams()[0]->on_message("\xFF");
  RunAll();
  EXPECT_EQ(Streams()[0]->reads, 2);
  Stream(Said("1", 1));
  EXPECT_THAT(ann->Received(), ElementsAre(kSaid1));
}

TEST_F(FeedHubTest, OpensABrokenStreamAgainWhereItBroke) {
  const auto ann = Enter("ann", "tea");
  Stream(Said("1", 7));
  Break();
  EXPECT_FALSE(Streams()[0]->is_open);
  Advance(options_.feed.reopen_delay_min - kTick);
  EXPECT_THAT(Streams(), SizeIs(1));
  Advance(kTick);
  ASSERT_THAT(Streams(), SizeIs(2));
  EXPECT_EQ(RequestOfStream(*Streams()[1]).ShortDebugString(), R"(room: "tea" sequence: 7)");
  ann->Received();
  Stream(Said("2", 8));
  EXPECT_THAT(ann->Received(), ElementsAre(kSaid2));
}

TEST_F(FeedHubTest, WaitsLongerEachTimeUpToABound) {
  const auto ann = Enter("ann", "tea");
  milliseconds delay = options_.feed.reopen_delay_min;
  for (size_t streams = 1; streams < 20; ++streams) {
    Break();
    Advance(delay - kTick);
    EXPECT_THAT(Streams(), SizeIs(streams)) << delay.count();
    Advance(kTick);
    EXPECT_THAT(Streams(), SizeIs(streams + 1)) << delay.count();
    delay = std::min(delay * 2, options_.feed.reopen_delay_max);
  }
  EXPECT_EQ(delay, options_.feed.reopen_delay_max);
}

TEST_F(FeedHubTest, StartsWithAShortDelayAgainAfterTheSecondMessage) {
  const auto ann = Enter("ann", "tea");
  for (int i = 0; i < 5; ++i) {
    Break();
    Advance(options_.feed.reopen_delay_max);
  }
  Stream(Said("1", 1));
  Break();
  Advance(options_.feed.reopen_delay_min);
  EXPECT_THAT(Streams(), SizeIs(6));
  Advance(options_.feed.reopen_delay_max);
  Stream(Said("2", 2));
  Stream(Said("3", 3));
  Break();
  Advance(options_.feed.reopen_delay_min);
  EXPECT_THAT(Streams(), SizeIs(8));
}

TEST_F(FeedHubTest, OpensAStreamAgainAfterAnyErrorThatMayPass) {
  const auto ann = Enter("ann", "tea");
  size_t streams = 1;
  for (const auto code :
       {absl::StatusCode::kUnavailable, absl::StatusCode::kInternal, absl::StatusCode::kCancelled,
        absl::StatusCode::kUnknown, absl::StatusCode::kAborted, absl::StatusCode::kUnauthenticated,
        absl::StatusCode::kResourceExhausted, absl::StatusCode::kDeadlineExceeded}) {
    EndStream(absl::Status(code, ""));
    Advance(options_.feed.reopen_delay_max);
    EXPECT_THAT(Streams(), SizeIs(++streams)) << absl::StatusCodeToString(code);
  }
}

TEST_F(FeedHubTest, LeavesAStreamThatHasEndedForGood) {
  for (const auto code :
       {absl::StatusCode::kOk, absl::StatusCode::kNotFound, absl::StatusCode::kInvalidArgument,
        absl::StatusCode::kFailedPrecondition, absl::StatusCode::kUnimplemented}) {
    const std::string room = "room" + std::to_string(static_cast<int>(code));
    const auto ann = Enter("ann", room);
    const size_t streams = Streams().size();
    EndStream(absl::Status(code, ""));
    Advance(options_.feed.reopen_delay_max);
    EXPECT_THAT(Streams(), SizeIs(streams)) << absl::StatusCodeToString(code);
  }
}

TEST_F(FeedHubTest, OpensAStreamThatHasEndedAgainForANewShard) {
  const auto ann = Enter("ann", "tea", 0);
  Stream(Said("1", 7));
  EndStream(absl::OkStatus());
  const auto bob = Enter("bob", "tea", 1);
  ASSERT_THAT(Streams(), SizeIs(2));
  EXPECT_EQ(RequestOfStream(*Streams()[1]).sequence(), 7);
  EXPECT_EQ(MetadataOf(Streams()[1]->call, "authorization"), "Bearer bob");
}

TEST_F(FeedHubTest, OpensOneStreamForANewShardWhileItWaits) {
  const auto ann = Enter("ann", "tea", 0);
  Break();
  const auto bob = Enter("bob", "tea", 1);
  EXPECT_THAT(Streams(), SizeIs(2));
  Advance(options_.feed.reopen_delay_max);
  EXPECT_THAT(Streams(), SizeIs(2));
}

TEST_F(FeedHubTest, OpensAStreamAgainOnBehalfOfOneWhoIsThere) {
  const auto ann = Enter("ann", "tea", 0);
  const auto bob = Enter("bob", "tea", 0);
  Leave(*ann);
  Break();
  Advance(options_.feed.reopen_delay_min);
  ASSERT_THAT(Streams(), SizeIs(2));
  EXPECT_EQ(MetadataOf(Streams()[1]->call, "authorization"), "Bearer bob");
}

TEST_F(FeedHubTest, AsksTheShardThatIsLeftWhenTheAskedOneHasEmptied) {
  for (const size_t staying : {0, 1}) {
    const std::string room = "room" + std::to_string(staying);
    const auto ann = Enter("ann", room, staying);
    const auto bob = Enter("bob", room, 1 - staying);  // The first to be asked.
    const size_t streams = Streams().size();
    Break();
    // The question goes out, and bob leaves before it arrives.
    for (ManualExecutor& executor : executors_) executor.Advance(options_.feed.reopen_delay_min);
    for (ManualExecutor& executor : executors_) {
      if (executor.RunOne()) break;
    }
    bob->Hangup();
    RunAll();
    ASSERT_THAT(Streams(), SizeIs(streams + 1));
    EXPECT_EQ(MetadataOf(Streams().back()->call, "authorization"), "Bearer ann");
  }
}

TEST_F(FeedHubTest, OpensNoStreamAgainForARoomThatIsEmpty) {
  const auto ann = Enter("ann", "tea");
  Break();
  Leave(*ann);
  Advance(options_.feed.reopen_delay_min);
  EXPECT_THAT(Streams(), SizeIs(1));
  Advance(options_.feed.linger);
  EXPECT_EQ(FeedCount(), 0u);
  const auto bob = Enter("bob", "milk");
  Leave(*bob);
  Break();
  Advance(options_.feed.reopen_delay_min);
  EXPECT_THAT(Streams(), SizeIs(2));
}

TEST_F(FeedHubTest, IgnoresWhatAnOldStreamStillSays) {
  const auto ann = Enter("ann", "tea");
  const auto old = Streams()[0];
  Break();
  Advance(options_.feed.reopen_delay_min);
  ann->Received();
  old->on_message(Said("1", 1).SerializeAsString());
  old->on_end(absl::NotFoundError(""));
  RunAll();
  EXPECT_THAT(ann->Received(), IsEmpty());
  EXPECT_TRUE(Streams()[1]->is_open);
  EXPECT_EQ(Streams()[1]->reads, 1);
}

TEST_F(FeedHubTest, IgnoresWhatTheStreamOfAFeedThatIsGoneStillSays) {
  const auto ann = Enter("ann", "tea");
  const auto old = Streams()[0];
  Leave(*ann);
  Advance(options_.feed.linger);
  old->on_message(Said("1", 1).SerializeAsString());
  old->on_end(absl::UnavailableError(""));
  RunAll();
  const auto bob = Enter("bob", "tea");
  ASSERT_THAT(Streams(), SizeIs(2));
  EXPECT_THAT(bob->Received(), Not(Contains(kSaid1)));
}

}  // namespace
}  // namespace caucus::edge::gateway
