#include "polls-service/api/snapshot.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "caucus/polls/v1/polls_service.pb.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/poll_scenario.h"

namespace caucus::polls {
namespace {

v1::WatchPollResponse Decode(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(slice.begin(), slice.end());
  v1::WatchPollResponse response;
  EXPECT_TRUE(response.ParseFromString(bytes));
  return response;
}

std::vector<std::string> RoomsDisconnectedBy(const v1::WatchPollResponse& response) {
  std::vector<std::string> rooms;
  for (const auto& effect : response.effects().effects()) {
    EXPECT_FALSE(effect.disconnect().close());
    rooms.push_back(effect.disconnect().target().room());
  }
  return rooms;
}

const void* BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  return slices.front().begin();
}

// Ann is removed at revision 4, Bob at 5.
class SnapshotTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK(scenario_.Create());
    ASSERT_OK(scenario_.Join("ann"));
    ASSERT_OK(scenario_.Join("bob"));
    ASSERT_OK(scenario_.Remove("ann"));
    ASSERT_OK(scenario_.Remove("bob"));
    ASSERT_EQ(scenario_.poll().revision, 5u);
  }

  std::shared_ptr<const Poll> State() const {
    return std::make_shared<const Poll>(scenario_.poll());
  }

  PollScenario scenario_;
  SnapshotEncoder encoder_;
};

TEST_F(SnapshotTest, HoldsThePollAndItsRevision) {
  const v1::WatchPollResponse response = Decode(encoder_.Encode(State(), {}));
  EXPECT_EQ(response.poll_updated().id(), "ABC123");
  EXPECT_EQ(response.poll_updated().revision(), 5u);
  EXPECT_EQ(response.revision(), 5u);
  EXPECT_FALSE(response.has_effects());
}

TEST_F(SnapshotTest, DisconnectsThoseRemovedSinceTheLastMessage) {
  const auto since = [&](uint64_t revision) {
    return RoomsDisconnectedBy(Decode(encoder_.Encode(State(), {revision})));
  };
  EXPECT_THAT(since(3), testing::ElementsAre("user:ann", "user:bob"));
  EXPECT_THAT(since(4), testing::ElementsAre("user:bob"));
  EXPECT_THAT(since(5), testing::IsEmpty());
}

TEST_F(SnapshotTest, SharesTheBytesOfOneState) {
  const auto state = State();
  const grpc::ByteBuffer first = encoder_.Encode(state, {});
  EXPECT_EQ(BytesOf(encoder_.Encode(state, {})), BytesOf(first));
  EXPECT_EQ(BytesOf(encoder_.Encode(state, {3})), BytesOf(first));
}

TEST_F(SnapshotTest, EncodesAnOlderStateAfterANewerOne) {
  const auto older = State();
  ASSERT_OK(scenario_.Join("cid"));
  EXPECT_EQ(Decode(encoder_.Encode(State(), {})).revision(), 6u);
  EXPECT_EQ(Decode(encoder_.Encode(older, {})).revision(), 5u);
}

TEST_F(SnapshotTest, TakesNoStateForAnotherOfTheSameRevision) {
  const auto lost = State();
  EXPECT_EQ(Decode(encoder_.Encode(lost, {})).poll_updated().participants_size(), 0);
  Poll other = *lost;
  other.participants["zoe"] = {.name = "Zoë"};
  const auto response = Decode(encoder_.Encode(std::make_shared<const Poll>(other), {}));
  EXPECT_EQ(response.poll_updated().participants_size(), 1);
}

TEST_F(SnapshotTest, TellsOfACancelledPoll) {
  const v1::WatchPollResponse response = Decode(EncodeCancelled(7));
  EXPECT_TRUE(response.has_poll_cancelled());
  EXPECT_EQ(response.revision(), 7u);
}

TEST_F(SnapshotTest, RepeatsAStateWithTheSameBytes) {
  const auto state = State();
  const grpc::ByteBuffer first = encoder_.Encode(state, {});
  const grpc::ByteBuffer repeat = encoder_.EncodeRepeat(state);
  EXPECT_EQ(BytesOf(repeat), BytesOf(first));
  EXPECT_FALSE(Decode(first).repeat());
  EXPECT_TRUE(Decode(repeat).repeat());
  EXPECT_EQ(Decode(repeat).poll_updated().revision(), 5u);
  EXPECT_FALSE(Decode(repeat).has_effects());
}

TEST_F(SnapshotTest, TellsOfAPollThatWillExpire) {
  const auto response = Decode(EncodeExpiring(absl::FromUnixSeconds(1'800'000'000), 7));
  EXPECT_EQ(response.poll_expiring().expire_time().seconds(), 1'800'000'000);
  EXPECT_EQ(response.revision(), 7u);
}

TEST(PollEncodersTest, KeepsAnEncoderForAsLongAsItIsHeld) {
  PollEncoders encoders;
  auto first = encoders.Of("ABC123");
  EXPECT_EQ(encoders.Of("ABC123"), first);
  EXPECT_NE(encoders.Of("ABC124"), first);
  EXPECT_EQ(encoders.size(), 1u);
  first.reset();
  EXPECT_EQ(encoders.size(), 0u);
}

TEST(PollEncodersTest, EncodersMayOutliveTheTable) {
  std::shared_ptr<PollEncoder> encoder;
  {
    PollEncoders encoders;
    encoder = encoders.Of("ABC123");
  }
  encoder.reset();
}

}  // namespace
}  // namespace caucus::polls
