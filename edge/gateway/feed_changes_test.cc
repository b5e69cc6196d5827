// Feeds of changes: what is kept of them, and who gets what.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "edge/gateway/fake_rpc_invoker.h"
#include "edge/gateway/gateway_fixture.h"
#include "edge/gateway/testdata/chat.pb.h"

namespace caucus::edge::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view kRoom = "tea:NOTES";

chat::v1::FollowResponse Sheet(std::string_view text, int64_t sequence) {
  chat::v1::FollowResponse message;
  message.set_sheet(std::string(text));
  message.set_sequence(sequence);
  return message;
}

chat::v1::FollowResponse Repeat(std::string_view text, int64_t sequence) {
  chat::v1::FollowResponse message = Sheet(text, sequence);
  message.set_again(true);
  return message;
}

chat::v1::FollowResponse Note(std::string_view text, int64_t sequence) {
  chat::v1::FollowResponse message;
  message.set_note(std::string(text));
  message.set_sequence(sequence);
  return message;
}

class FeedChangesTest : public GatewayFixture {
 protected:
  auto Streams() const { return invoker_.StreamsOf("Follow"); }
  void Say(const chat::v1::FollowResponse& message) { Stream(message, "Follow"); }
  std::unique_ptr<TestClient> EnterRoom(std::string_view user, size_t shard, int64_t sequence = 0) {
    return Enter(user, kRoom, shard, sequence);
  }
  // What a newcomer is told, who leaves again.
  std::vector<std::string> ToldAtOnce(std::unique_ptr<TestClient> newcomer) {
    std::vector<std::string> texts = Told(*newcomer);
    newcomer->Hangup();
    RunAll();
    return texts;
  }
  // What the feed has sent, by the texts.
  static std::vector<std::string> Told(TestClient& client) {
    std::vector<std::string> texts;
    for (const std::string& packet : client.Received()) {
      for (const std::string_view event : {R"(2/chat,["sheet",")", R"(2/chat,["note",")"}) {
        if (!packet.starts_with(event)) continue;
        texts.push_back(packet.substr(event.size(), packet.size() - event.size() - 2));
      }
      if (packet == R"(2/chat,["closed"])") texts.push_back("closed");
    }
    return texts;
  }
};

TEST_F(FeedChangesTest, FollowsRoomsWithTheNameOfAValueAlone) {
  const auto ann = EnterRoom("ann", 0);
  const auto bob = Enter("bob", "tea:1", 0);
  const auto cid = Enter("cid", "user:42", 1);
  ASSERT_THAT(Streams(), SizeIs(1));
  EXPECT_EQ(RequestOf<chat::v1::FollowRequest>(Streams()[0]->call).ShortDebugString(),
            R"(room: "tea" part: NOTES)");
}

TEST_F(FeedChangesTest, GivesANewcomerTheStateAndTheChangesSince) {
  const auto ann = EnterRoom("ann", 0);
  for (const auto& message : {Sheet("A", 1), Note("b", 2), Sheet("C", 3), Note("d", 4)}) {
    Say(message);
  }
  EXPECT_THAT(Told(*ann), ElementsAre("A", "b", "C", "d"));
  for (const size_t shard : {0, 1, 1}) {
    const auto newcomer = EnterRoom("bob", shard);
    EXPECT_THAT(Told(*newcomer), ElementsAre("C", "d"));
    Say(Note("e", 5));
    EXPECT_THAT(Told(*newcomer), ElementsAre("e"));
    Say(Sheet("C", 3));
    Say(Note("d", 4));
    newcomer->Hangup();
    RunAll();
  }
}

TEST_F(FeedChangesTest, SendsTheSameBytesToAll) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  Say(Note("b", 2));
  const auto bob = EnterRoom("bob", 0);
  const auto cid = EnterRoom("cid", 1);
  const auto frame = [](TestClient& client) {
    for (const auto& queued : client.session().queue()) {
      if (queued.packet->content().find("note") != std::string_view::npos) {
        return queued.packet.get();
      }
    }
    return static_cast<const engineio::EncodedPacket*>(nullptr);
  };
  ASSERT_NE(frame(*ann), nullptr);
  EXPECT_EQ(frame(*ann), frame(*bob));
  EXPECT_EQ(frame(*ann), frame(*cid));
}

TEST_F(FeedChangesTest, KeepsARepeatedStateForNewcomersAlone) {
  const auto ann = EnterRoom("ann", 0);
  const auto bob = EnterRoom("bob", 1);
  Say(Sheet("A", 1));
  Say(Note("b", 2));
  Say(Repeat("AB", 2));
  Say(Note("c", 3));
  EXPECT_THAT(Told(*ann), ElementsAre("A", "b", "c"));
  EXPECT_THAT(Told(*bob), ElementsAre("A", "b", "c"));
  for (const size_t shard : {0, 1}) {
    EXPECT_THAT(ToldAtOnce(EnterRoom("cid", shard)), ElementsAre("AB", "c"));
  }
}

TEST_F(FeedChangesTest, GivesANewcomerNothingUntilTheFeedHasReachedItsConnect) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  Say(Note("b", 2));
  const auto bob = EnterRoom("bob", 0, /*sequence=*/4);
  const auto cid = EnterRoom("cid", 1, /*sequence=*/5);
  const auto dan = EnterRoom("dan", 1, /*sequence=*/2);
  Say(Note("c", 3));
  EXPECT_THAT(Told(*bob), IsEmpty());
  EXPECT_THAT(Told(*dan), ElementsAre("A", "b", "c"));
  Say(Note("d", 4));
  EXPECT_THAT(Told(*bob), ElementsAre("A", "b", "c", "d"));
  EXPECT_THAT(Told(*cid), IsEmpty());
  Say(Note("e", 5));
  EXPECT_THAT(Told(*bob), ElementsAre("e"));
  EXPECT_THAT(Told(*cid), ElementsAre("A", "b", "c", "d", "e"));
}

TEST_F(FeedChangesTest, ReachesAConnectWithAMessageThatTellsNothing) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  const auto bob = EnterRoom("bob", 1, /*sequence=*/2);
  EXPECT_THAT(Told(*bob), IsEmpty());
  chat::v1::FollowResponse silent;
  silent.set_sequence(2);
  Say(silent);
  EXPECT_THAT(Told(*bob), ElementsAre("A"));
  EXPECT_THAT(Told(*ann), ElementsAre("A"));
}

TEST_F(FeedChangesTest, ReachesAConnectWithARepeatedState) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  const auto bob = EnterRoom("bob", 0, /*sequence=*/2);
  Say(Repeat("B", 2));
  EXPECT_THAT(Told(*bob), ElementsAre("B"));
  EXPECT_THAT(Told(*ann), ElementsAre("A"));
}

TEST_F(FeedChangesTest, ForwardsAChangeThatIsNoNewerThanTheLast) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 5));
  Say(Note("b", 5));
  Say(Note("c", 3));
  EXPECT_THAT(Told(*ann), ElementsAre("A", "b", "c"));
  EXPECT_THAT(ToldAtOnce(EnterRoom("bob", 1, /*sequence=*/5)), ElementsAre("A", "b", "c"));
}

TEST_F(FeedChangesTest, GoesOnBehindWhatIsKeptWhenAStreamIsOpenedAgain) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  Say(Note("b", 2));
  EndStream(absl::UnavailableError(""), "Follow");
  EXPECT_THAT(ToldAtOnce(EnterRoom("bob", 0)), ElementsAre("A", "b"));
  Advance(options_.feed.reopen_delay_min);
  ASSERT_THAT(Streams(), SizeIs(2));
  EXPECT_EQ(RequestOf<chat::v1::FollowRequest>(Streams()[1]->call).sequence(), 2);
  Say(Note("c", 3));
  EXPECT_THAT(Told(*ann), ElementsAre("A", "b", "c"));
  const auto cid = EnterRoom("cid", 1);
  EXPECT_THAT(Told(*cid), ElementsAre("A", "b", "c"));
  EndStream(absl::UnavailableError(""), "Follow");
  Advance(options_.feed.reopen_delay_max);
  Say(Sheet("D", 9));
  EXPECT_THAT(Told(*cid), ElementsAre("D"));
  EXPECT_THAT(ToldAtOnce(EnterRoom("dan", 1)), ElementsAre("D"));
}

TEST_F(FeedChangesTest, KeepsWhatCameWhileNobodyWasThere) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  ann->Hangup();
  RunAll();
  Say(Note("b", 2));
  EXPECT_THAT(ToldAtOnce(EnterRoom("bob", 0)), ElementsAre("A", "b"));
}

TEST_F(FeedChangesTest, ForwardsWhatComesBeforeTheFirstState) {
  const auto ann = EnterRoom("ann", 0);
  chat::v1::FollowResponse closed;
  closed.mutable_closed();
  Say(closed);
  EXPECT_THAT(Told(*ann), ElementsAre("closed"));
  Say(Repeat("A", 1));
  EXPECT_THAT(Told(*ann), ElementsAre("A"));
}

TEST_F(FeedChangesTest, KeepsNothingOfTooManyChangesUntilTheNextState) {
  options_.feed.change_bytes_max = 250;
  const auto ann = EnterRoom("ann", 0);
  const auto bob = EnterRoom("bob", 1);
  Say(Sheet("A", 1));
  for (const char* note : {"b", "c", "d"}) Say(Note(note, 2));
  EXPECT_THAT(Told(*ann), ElementsAre("A", "b", "c", "d"));
  std::vector<std::unique_ptr<TestClient>> newcomers;
  for (const size_t shard : {0, 1}) newcomers.push_back(EnterRoom("cid", shard));
  Say(Note("e", 3));
  for (const auto& newcomer : newcomers) EXPECT_THAT(Told(*newcomer), ElementsAre("e"));
  // They have had no state, so that this one is not said again to them.
  Say(Repeat("AE", 3));
  for (const auto& newcomer : newcomers) EXPECT_THAT(Told(*newcomer), ElementsAre("AE"));
  EXPECT_THAT(Told(*ann), ElementsAre("e"));
  EXPECT_THAT(Told(*bob), ElementsAre("A", "b", "c", "d", "e"));
  Say(Repeat("AE", 3));
  for (const auto& newcomer : newcomers) EXPECT_THAT(Told(*newcomer), IsEmpty());
}

// A shard whose last member leaves and whose next comes at once gets, between, what the hub sent to
// the old subscription.
TEST_F(FeedChangesTest, SendsNoChangeBeforeTheStateToOneWhoComesWhenTheLastLeaves) {
  for (const size_t shard : {0, 1}) {
    const std::string room = "room" + std::to_string(shard) + ":NOTES";
    const auto ann = Enter("ann", room, shard);
    Say(Sheet("A", 1));
    const auto bob = Open(shard);
    bob->Send(R"(0/chat,{"token":"bob","room":")" + room + R"("})");
    RunAll();
    invoker_.StreamsOf("Follow").back()->on_message(Note("b", 2).SerializeAsString());
    chat::v1::EnterResponse response;
    auto enter = invoker_.Take("Enter");
    ann->Hangup();
    enter.done(response.SerializeAsString());
    RunAll();
    EXPECT_THAT(Told(*bob), ElementsAre("A", "b"));
  }
}

TEST_F(FeedChangesTest, LosesNoChangeForASlowClient) {
  const auto ann = EnterRoom("ann", 0);
  Told(*ann);
  Say(Sheet("A", 1));
  const std::string big(100'000, 'x');
  for (int i = 0; i < 8; ++i) Say(Note(std::to_string(i) + big, 2));
  EXPECT_FALSE(ann->session().overflowed());
  EXPECT_THAT(Told(*ann), SizeIs(9));
  for (int i = 0; i < 8; ++i) Say(Note(std::to_string(i) + big, 2));
  // A newer state takes the place of all of them.
  Say(Sheet("B", 3));
  Say(Note("c", 4));
  EXPECT_THAT(Told(*ann), ElementsAre("B", "c"));
}

TEST_F(FeedChangesTest, ClosesASlowClientThatHasNoRoomForAChange) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  const std::string big(100'000, 'x');
  for (int i = 0; i < 11; ++i) Say(Note(big, 2));
  EXPECT_TRUE(ann->session().overflowed());
}

TEST_F(FeedChangesTest, GivesANewcomerMoreThanASlowClientsQueueHolds) {
  const auto ann = EnterRoom("ann", 0);
  Say(Sheet("A", 1));
  const std::string big(100'000, 'x');
  for (int i = 0; i < 20; ++i) {
    Say(Note(big, 2));
    Told(*ann);
  }
  for (const size_t shard : {0, 1}) {
    const auto bob = EnterRoom("bob", shard);
    EXPECT_FALSE(bob->session().overflowed());
    EXPECT_THAT(Told(*bob), SizeIs(21));
  }
}

}  // namespace
}  // namespace caucus::edge::gateway
