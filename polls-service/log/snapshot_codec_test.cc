#include "polls-service/log/snapshot_codec.h"

#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/poll_scenario.h"

namespace caucus::polls {
namespace {

class SnapshotCodecTest : public testing::Test {
 protected:
  SnapshotCodecTest() {
    EXPECT_OK(scenario_
                  .Do(CreatePoll{.poll_id = PollScenario::kPollId,
                                 .topic = "Zoë's lunch",
                                 .votes_per_voter = 2,
                                 .admin_id = PollScenario::kAdmin,
                                 .expire_time = scenario_.now() + absl::Hours(2),
                                 .rules = {.method = tally::Method::kInstantRunoff},
                                 .ballot_changes_allowed = true,
                                 .request_digest = "digest"})
                  .status());
    for (const char* user : {PollScenario::kAdmin, "a", "b", "c"}) EXPECT_OK(scenario_.Join(user));
    EXPECT_OK(scenario_.Join("a", "second"));
    EXPECT_OK(scenario_.Remove("c"));
    EXPECT_OK(scenario_.Nominate("a", "n1", "Pizza"));
    EXPECT_OK(scenario_.Nominate("a", "n2", "Thai"));
    EXPECT_OK(scenario_.Nominate("b", "n3", "Taco"));
    EXPECT_OK(scenario_.Do(RemoveNomination{PollScenario::kAdmin, "n2"}).status());
  }

  void ExpectComesBack() {
    RequestAnswers answers;
    answers.Remember({.request = {"a", "r1", 7, "n1"}, .revision = 4, .visible_revision = 3});
    answers.Remember({.request = {"b", "r1", 8, ""}, .revision = 5, .visible_revision = 5});
    ASSERT_OK_AND_ASSIGN(const Folded folded,
                         DecodeSnapshot(EncodeSnapshot(scenario_.poll(), answers)));
    EXPECT_EQ(folded.poll, scenario_.poll());
    EXPECT_EQ(folded.answers.answers(), answers.answers());
  }

  PollScenario scenario_;
};

TEST_F(SnapshotCodecTest, BringsBackANominatingPoll) { ExpectComesBack(); }

TEST_F(SnapshotCodecTest, BringsBackAVotingPoll) {
  ASSERT_OK(scenario_.Do(StartVote{PollScenario::kAdmin, "seed"}).status());
  ASSERT_OK(scenario_.Vote("a", {"n3", "n1"}));
  ExpectComesBack();
}

TEST_F(SnapshotCodecTest, BringsBackAClosedPoll) {
  ASSERT_OK(scenario_.Do(StartVote{PollScenario::kAdmin, "seed"}).status());
  ASSERT_OK(scenario_.Vote("a", {"n3", "n1"}));
  ASSERT_OK(scenario_.Close());
  ExpectComesBack();
}

TEST_F(SnapshotCodecTest, RefusesWhatIsNoSnapshot) {
  EXPECT_THAT(DecodeSnapshot("\xff\xff"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeSnapshot(""), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace caucus::polls
