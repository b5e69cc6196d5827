#include "polls-service/api/delta.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "caucus/polls/v1/polls_service.pb.h"
#include "caucus/socketio/v1/effects.pb.h"
#include "polls-service/actor/change_log.h"
#include "polls-service/actor/poll_change.h"
#include "polls-service/api/proto_mapping.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/poll_scenario.h"

namespace caucus::polls {
namespace {

using Change = v1::PollChanges::Change;
using google::protobuf::util::MessageDifferencer;

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  EXPECT_TRUE(buffer.Dump(&slices).ok());
  std::string bytes;
  for (const grpc::Slice& slice : slices) bytes.append(slice.begin(), slice.end());
  return bytes;
}

v1::WatchPollResponse Decode(const grpc::ByteBuffer& buffer) {
  v1::WatchPollResponse response;
  EXPECT_TRUE(response.ParseFromString(BytesOf(buffer)));
  return response;
}

// What polls_service.proto tells whoever follows a feed of changes to do.
void ApplyTo(v1::Poll& poll, const Change& change) {
  switch (change.change_case()) {
    case Change::kJoined:
      (*poll.mutable_participants())[change.joined().user_id()] = change.joined().name();
      return;
    case Change::kLeft:
      poll.mutable_participants()->erase(change.left());
      return;
    case Change::kNominated: {
      v1::Poll::Nomination& added = (*poll.mutable_nominations())[change.nominated().id()];
      added.set_user_id(change.nominated().user_id());
      added.set_text(change.nominated().text());
      return;
    }
    case Change::kNominationRemoved:
      poll.mutable_nominations()->erase(change.nomination_removed());
      return;
    case Change::kVotingStarted:
      poll.set_state(v1::Poll::STATE_VOTING);
      poll.set_has_started(true);
      poll.set_tie_break_commitment(change.voting_started().tie_break_commitment());
      return;
    case Change::kVoted:
      (*poll.mutable_rankings())[change.voted()].Clear();
      return;
    case Change::kClosed:
      poll.set_state(v1::Poll::STATE_CLOSED);
      *poll.mutable_results() = change.closed().results();
      poll.set_tie_break_seed(change.closed().tie_break_seed());
      return;
    case Change::CHANGE_NOT_SET:
      ADD_FAILURE() << "an empty change";
  }
}

void ApplyTo(v1::Poll& poll, const v1::PollChanges& changes) {
  ASSERT_GE(poll.revision(), changes.previous_revision());
  ASSERT_LT(poll.revision(), changes.revision());
  for (const Change& change : changes.changes()) ApplyTo(poll, change);
  poll.set_revision(changes.revision());
}

class CommandSource {
 public:
  explicit CommandSource(uint32_t seed) : random_(seed) {}

  Command Next() {
    const std::string admin = PollScenario::kAdmin;
    switch (Below(20)) {
      case 0:
        return Below(3) == 0 ? Command(StartVote{admin, "seed"}) : Command(LiftBan{admin, User()});
      case 1:
        return Below(3) == 0 ? Command(polls::ClosePoll{admin}) : Command(LiftBan{admin, User()});
      case 2:
        return RemoveParticipant{admin, User()};
      case 3:
        return RemoveNomination{admin, Nomination()};
      case 4:
      case 5:
        return LeavePoll{User(), Connection()};
      case 6:
        return CloseConnections{{"edge" + std::to_string(Below(3))}};
      case 7:
      case 8:
      case 9:
      case 10:
        return AddNomination{User(), Nomination(), "Text of " + Nomination()};
      case 11:
      case 12:
      case 13:
        return SubmitRankings{User(), {Nomination()}};
      default:
        return AddParticipant{User(), "name " + std::to_string(Below(100)), Connection(),
                              "edge" + std::to_string(Below(3))};
    }
  }

 private:
  uint32_t Below(uint32_t bound) { return random_() % bound; }
  std::string User() { return Below(8) == 0 ? "admin" : "user" + std::to_string(Below(6)); }
  std::string Connection() { return std::string(Below(3), 'c'); }
  std::string Nomination() { return "n" + std::to_string(Below(8)); }

  std::mt19937 random_;
};

TEST(DeltaPropertyTest, ChangesFromAnyRevisionLeadToTheStateOfEachLaterOne) {
  int votes = 0;
  int closed = 0;
  for (uint32_t seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    PollScenario scenario;
    CommandSource source(seed);
    ChangeLog log;
    DeltaEncoder encoder;
    std::vector<v1::Poll> states;  // By revision less 1.
    const auto commit = [&](const Command& command) {
      const auto events = scenario.Do(command);
      if (!events.ok() || events->empty()) return;
      log.Append(*events, scenario.poll());
      const v1::Poll state = ToProto(scenario.poll());
      for (const v1::Poll& earlier : states) {
        v1::Poll poll = earlier;
        const auto changes = log.Since(earlier.revision());
        ASSERT_NE(changes, nullptr);
        ApplyTo(poll, Decode(encoder.Encode(changes)).poll_changed());
        ASSERT_TRUE(MessageDifferencer::Equals(poll, state))
            << "from " << earlier.ShortDebugString() << "\nto " << poll.ShortDebugString()
            << "\nnot " << state.ShortDebugString();
      }
      states.push_back(state);
    };
    commit(CreatePoll{.poll_id = PollScenario::kPollId,
                      .topic = "Where to eat?",
                      .votes_per_voter = 1,
                      .admin_id = PollScenario::kAdmin,
                      .expire_time = scenario.now() + absl::Hours(2),
                      .ballot_changes_allowed = seed % 2 == 0});
    for (int i = 0; i < 100; ++i) commit(source.Next());
    votes += static_cast<int>(scenario.poll().ballots.size());
    closed += scenario.poll().phase == Phase::kClosed ? 1 : 0;
  }
  // The source has gone everywhere.
  EXPECT_GT(votes, 20);
  EXPECT_GT(closed, 5);
}

std::shared_ptr<const PollChanges> ChangesOf(std::vector<PollChange> changes) {
  return std::make_shared<const PollChanges>(
      PollChanges{.previous_revision = 4, .revision = 7, .changes = std::move(changes)});
}

TEST(DeltaTest, HoldsTheChangesAndTheirRevisions) {
  DeltaEncoder encoder;
  const auto response = Decode(encoder.Encode(ChangesOf({ParticipantLeft{"a"}, Voted{"b"}})));
  EXPECT_EQ(response.revision(), 7u);
  EXPECT_EQ(response.poll_changed().revision(), 7u);
  EXPECT_EQ(response.poll_changed().previous_revision(), 4u);
  ASSERT_EQ(response.poll_changed().changes_size(), 2);
  EXPECT_EQ(response.poll_changed().changes(0).left(), "a");
  EXPECT_EQ(response.poll_changed().changes(1).voted(), "b");
  EXPECT_FALSE(response.has_effects());
  EXPECT_FALSE(response.repeat());
}

TEST(DeltaTest, DisconnectsThoseWhoWereRemovedAndDidNotComeBack) {
  DeltaEncoder encoder;
  const auto response = Decode(encoder.Encode(ChangesOf(
      {ParticipantRemoved{"a"}, ParticipantRemoved{"b"}, ParticipantJoined{"a", "Ann"}})));
  ASSERT_EQ(response.effects().effects_size(), 1);
  EXPECT_EQ(response.effects().effects(0).disconnect().target().room(), "user:b");
  EXPECT_EQ(response.poll_changed().changes(1).left(), "b");
}

TEST(DeltaTest, SharesTheBytesOfTheSameChanges) {
  DeltaEncoder encoder;
  const auto start_of = [](const grpc::ByteBuffer& buffer) {
    std::vector<grpc::Slice> slices;
    EXPECT_TRUE(buffer.Dump(&slices).ok());
    return slices.front().begin();
  };
  const auto changes = ChangesOf({Voted{"someone-with-a-long-id-of-their-own"}});
  const auto others = ChangesOf({Voted{"someone-else-with-a-long-id-as-well"}});
  const grpc::ByteBuffer first = encoder.Encode(changes);
  EXPECT_NE(start_of(encoder.Encode(others)), start_of(first));
  EXPECT_EQ(start_of(encoder.Encode(changes)), start_of(first));
}

// The issue that feeds of changes are there for: what one vote costs each of 10,000 people.
TEST(DeltaTest, AVoteInALargePollIsAFewBytes) {
  PollChanges changes{.previous_revision = 20'000, .revision = 20'001};
  changes.changes.push_back(Voted{"V1StGXR8_Z5jdHi6B-myT"});
  DeltaEncoder encoder;
  const auto response = Decode(encoder.Encode(std::make_shared<const PollChanges>(changes)));
  std::string json;
  ASSERT_TRUE(google::protobuf::util::MessageToJsonString(response.poll_changed(), &json).ok());
  EXPECT_LE(json.size(), 200u) << json;
}

}  // namespace
}  // namespace caucus::polls
