#include "polls-service/domain/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/time/time.h"

namespace caucus::polls {
namespace {

Poll CreatedPoll() {
  Poll poll;
  Apply(poll,
        PollCreated{.poll_id = "ABC123",
                    .topic = "Topic",
                    .votes_per_voter = 1,
                    .admin_id = "admin",
                    .create_time = absl::UnixEpoch(),
                    .expire_time = absl::FromUnixSeconds(60)},
        1);
  return poll;
}

TEST(ApplyTest, RevisionFollowsTheCommit) {
  Poll poll = CreatedPoll();
  EXPECT_EQ(poll.revision, 1u);
  EXPECT_EQ(poll.visible_revision, 1u);
  Apply(poll, ParticipantJoined{"ann", "Ann"}, 2);
  Apply(poll, ConnectionOpened{"ann", "c1", "edge"}, 2);
  EXPECT_EQ(poll.revision, 2u);
  EXPECT_EQ(poll.visible_revision, 2u);
}

TEST(ApplyTest, ConnectionsAloneAreNotVisible) {
  Poll poll = CreatedPoll();
  Apply(poll, ParticipantJoined{"ann", "Ann"}, 2);
  Apply(poll, ConnectionOpened{"ann", "c1", "edge"}, 2);
  Apply(poll, ConnectionOpened{"ann", "c2", "edge"}, 3);
  Apply(poll, ConnectionClosed{"ann", "c1"}, 4);
  EXPECT_EQ(poll.revision, 4u);
  EXPECT_EQ(poll.visible_revision, 2u);
  EXPECT_THAT(poll.participants.at("ann").connections,
              testing::ElementsAre(Connection{"c2", "edge"}));
}

TEST(ApplyTest, RemembersTheRevisionOfARemoval) {
  Poll poll = CreatedPoll();
  Apply(poll, ParticipantJoined{"ann", "Ann"}, 2);
  Apply(poll, ParticipantRemoved{"ann"}, 3);
  EXPECT_THAT(poll.removals, testing::ElementsAre(Removal{3, "ann"}));
  EXPECT_TRUE(poll.removed_users.contains("ann"));
}

TEST(ApplyTest, APlaceIsNeverUsedTwice) {
  Poll poll = CreatedPoll();
  Apply(poll, NominationAdded{"n1", "ann", "One"}, 2);
  Apply(poll, NominationRemoved{"n1"}, 3);
  Apply(poll, NominationAdded{"n2", "ann", "Two"}, 4);
  EXPECT_EQ(poll.nominations.at("n2").place, 1u);
  EXPECT_THAT(poll.nomination_by_folded_text, testing::SizeIs(1));
}

TEST(ApplyTest, CancellingDropsWhatPeopleWrote) {
  Poll poll = CreatedPoll();
  Apply(poll, ParticipantJoined{"ann", "Ann"}, 2);
  Apply(poll, NominationAdded{"n1", "ann", "One"}, 3);
  Apply(poll, BallotCast{"ann", {"n1"}}, 4);
  Apply(poll, PollCancelled{}, 5);
  Poll expected;
  expected.id = "ABC123";
  expected.create_time = absl::UnixEpoch();
  expected.expire_time = absl::FromUnixSeconds(60);
  expected.phase = Phase::kCancelled;
  expected.revision = 5;
  expected.visible_revision = 5;
  EXPECT_EQ(poll, expected);
  EXPECT_FALSE(IsLive(poll, absl::UnixEpoch()));
}

TEST(ApplyTest, EventsThatDoNotFitChangeNothingButTheRevision) {
  for (const Event& event :
       std::vector<Event>{ConnectionOpened{"ghost", "c", "e"}, ConnectionClosed{"ghost", "c"},
                          ParticipantLeft{"ghost"}, NominationRemoved{"ghost"}}) {
    Poll poll = CreatedPoll();
    Poll expected = poll;
    Apply(poll, event, 2);
    expected.revision = 2;
    expected.visible_revision = poll.visible_revision;
    EXPECT_EQ(poll, expected) << event.index();
  }
}

}  // namespace
}  // namespace caucus::polls
