// Rules that a poll chooses at its creation, bans that are lifted, and edges that are gone.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "common/testing/reason_matcher.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/count_poll.h"
#include "polls-service/domain/poll_scenario.h"
#include "polls-service/tally/tie_break.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

class DecideOptionsTest : public testing::Test {
 protected:
  PollScenario scenario_;
};

TEST_F(DecideOptionsTest, ListsWhoeverIsElectedEvenIfOnNoBallot) {
  ASSERT_OK(scenario_
                .Do(CreatePoll{.poll_id = PollScenario::kPollId,
                               .topic = "Committee",
                               .votes_per_voter = 1,
                               .admin_id = PollScenario::kAdmin,
                               .expire_time = scenario_.now() + absl::Hours(2),
                               .rules = {.method = tally::Method::kWeighted, .seats = 2}})
                .status());
  ASSERT_OK(scenario_.Join("a"));
  for (const char* id : {"x", "y", "z"}) ASSERT_OK(scenario_.Nominate("a", id, id));
  ASSERT_OK(scenario_.Start());
  ASSERT_OK(scenario_.Vote("a", {"y"}));
  ASSERT_OK(scenario_.Close());
  const std::vector<Result>& results = scenario_.poll().results;
  ASSERT_EQ(results.size(), 2u) << "the option that is neither on a ballot nor elected is left out";
  EXPECT_EQ(results[0].nomination_id, "y");
  EXPECT_EQ(results[1].score, 0);
  EXPECT_EQ(results[1].rank, 2u);
  EXPECT_TRUE(results[0].elected);
  EXPECT_TRUE(results[1].elected);
}

TEST_F(DecideOptionsTest, CountsAPollOfAnEarlierVersionThatStatesAQuotaInVain) {
  ASSERT_OK(scenario_
                .Do(CreatePoll{
                    .poll_id = PollScenario::kPollId,
                    .topic = "Council",
                    .votes_per_voter = 1,
                    .admin_id = PollScenario::kAdmin,
                    .expire_time = scenario_.now() + absl::Hours(2),
                    .rules = {.method = tally::Method::kStvScottish, .quota = tally::Quota::kHare}})
                .status());
  ASSERT_OK(scenario_.Join("a"));
  ASSERT_OK(scenario_.Nominate("a", "x", "x"));
  ASSERT_OK(scenario_.Start());
  ASSERT_OK(scenario_.Vote("a", {"x"}));
  ASSERT_OK(scenario_.Close());
  EXPECT_TRUE(scenario_.poll().results.front().elected);
}

TEST_F(DecideOptionsTest, CountsByTheRulesOfThePoll) {
  ASSERT_OK(scenario_
                .Do(CreatePoll{.poll_id = PollScenario::kPollId,
                               .topic = "Capital",
                               .votes_per_voter = 2,
                               .admin_id = PollScenario::kAdmin,
                               .expire_time = scenario_.now() + absl::Hours(2),
                               .rules = {.method = tally::Method::kInstantRunoff}})
                .status());
  for (const char* user : {"a", "b", "c", "d", "e"}) ASSERT_OK(scenario_.Join(user));
  for (const char* id : {"x", "y", "z"}) ASSERT_OK(scenario_.Nominate("a", id, id));
  ASSERT_OK(scenario_.Start());
  ASSERT_OK(scenario_.Vote("a", {"x"}));
  ASSERT_OK(scenario_.Vote("b", {"x"}));
  ASSERT_OK(scenario_.Vote("c", {"y", "z"}));
  ASSERT_OK(scenario_.Vote("d", {"z", "y"}));
  ASSERT_OK(scenario_.Vote("e", {"z"}));
  ASSERT_OK(scenario_.Close());
  const Poll& poll = scenario_.poll();
  ASSERT_EQ(poll.count.rounds.size(), 2u);
  EXPECT_THAT(poll.count.rounds[0].eliminated, ElementsAre(1u));
  EXPECT_EQ(poll.results[0].nomination_id, "z");
  EXPECT_TRUE(poll.results[0].elected);
  EXPECT_EQ(poll.results[0].score, 3);
  EXPECT_EQ(poll.count, CountPoll(poll)->count) << "a recount differs";
}

TEST_F(DecideOptionsTest, RefusesSeatsThatNobodyCouldFill) {
  CreatePoll create = {.poll_id = PollScenario::kPollId,
                       .topic = "Board",
                       .votes_per_voter = 1,
                       .admin_id = PollScenario::kAdmin,
                       .expire_time = scenario_.now() + absl::Hours(2)};
  for (const uint32_t seats : {0u, 101u}) {
    create.rules.seats = seats;
    EXPECT_THAT(scenario_.Do(create), StatusIs(StatusCode::kInvalidArgument));
  }
  create.rules.seats = 2;
  ASSERT_OK(scenario_.Do(create).status());
  ASSERT_OK(scenario_.Join("ann"));
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  EXPECT_THAT(scenario_.Start(), FailsWith(StatusCode::kFailedPrecondition, "TOO_FEW_NOMINATIONS"));
  ASSERT_OK(scenario_.Nominate("ann", "n2", "Sushi"));
  EXPECT_OK(scenario_.Start());
}

TEST_F(DecideOptionsTest, ABallotMayBeReplacedIfThePollSaysSo) {
  ASSERT_OK(scenario_
                .Do(CreatePoll{.poll_id = PollScenario::kPollId,
                               .topic = "Lunch",
                               .votes_per_voter = 1,
                               .admin_id = PollScenario::kAdmin,
                               .expire_time = scenario_.now() + absl::Hours(2),
                               .ballot_changes_allowed = true})
                .status());
  ASSERT_OK(scenario_.Join("ann"));
  ASSERT_OK(scenario_.Nominate("ann", "n1", "Pizza"));
  ASSERT_OK(scenario_.Nominate("ann", "n2", "Sushi"));
  ASSERT_OK(scenario_.Start());
  ASSERT_OK(scenario_.Vote("ann", {"n1"}));
  ASSERT_OK(scenario_.Vote("ann", {"n2"}));
  EXPECT_EQ(scenario_.poll().ballots.at("ann"), Ballot{"n2"});
  ASSERT_OK(scenario_.Close());
  EXPECT_THAT(scenario_.poll().results, ElementsAre(Result{"n2", "Sushi", 1, 1, true}));
  EXPECT_THAT(scenario_.Vote("ann", {"n1"}),
              FailsWith(StatusCode::kFailedPrecondition, "WRONG_STATE"));
}

TEST_F(DecideOptionsTest, ATieIsDrawnByTheTextsAndTheSeed) {
  ASSERT_OK(scenario_.Create(1));
  for (const char* user : {"a", "b"}) ASSERT_OK(scenario_.Join(user));
  ASSERT_OK(scenario_.Nominate("a", "n1", "Pizza"));
  ASSERT_OK(scenario_.Nominate("a", "n2", "Sushi"));
  ASSERT_OK(scenario_.Start());
  ASSERT_OK(scenario_.Vote("a", {"n1"}));
  ASSERT_OK(scenario_.Vote("b", {"n2"}));
  ASSERT_OK(scenario_.Close());
  const std::vector<tally::CandidateIndex> draw =
      tally::Draw({{.id = "Pizza"}, {.id = "Sushi"}}, PollScenario::kSeed);
  const Poll& poll = scenario_.poll();
  EXPECT_EQ(poll.results[0].nomination_text, draw[0] == 0 ? "Pizza" : "Sushi");
  EXPECT_TRUE(poll.results[0].elected);
  EXPECT_FALSE(poll.results[1].elected);
  ASSERT_EQ(poll.count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(poll.count.rounds[0].ties[0].rule, tally::Tie::Rule::kDraw);
}

// Bans.

TEST_F(DecideOptionsTest, ALiftedBanLetsThePersonJoinAgain) {
  ASSERT_OK(scenario_.Create());
  ASSERT_OK(scenario_.Join("ann"));
  ASSERT_OK(scenario_.Remove("ann"));
  EXPECT_THAT(scenario_.Join("ann"), FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
  EXPECT_THAT(scenario_.Do(LiftBan{"bob", "ann"}),
              FailsWith(StatusCode::kPermissionDenied, "ADMIN_REQUIRED"));
  ASSERT_OK(scenario_.Do(LiftBan{PollScenario::kAdmin, "ann"}).status());
  EXPECT_THAT(scenario_.poll().removals, IsEmpty());
  EXPECT_OK(scenario_.Join("ann"));
  EXPECT_THAT(scenario_.Do(LiftBan{PollScenario::kAdmin, "ann"}),
              FailsWith(StatusCode::kNotFound, "PARTICIPANT_NOT_FOUND"));
}

// Edges that are gone.

TEST_F(DecideOptionsTest, ClosesTheConnectionsOfAnEdgeThatIsGone) {
  ASSERT_OK(scenario_.Create());
  const auto join = [&](std::string user, std::string connection, std::string edge) {
    return scenario_.Do(AddParticipant{user, user, std::move(connection), std::move(edge)})
        .status();
  };
  ASSERT_OK(join(PollScenario::kAdmin, "c1", "edge-1"));
  ASSERT_OK(join("ann", "c2", "edge-1"));
  ASSERT_OK(join("bob", "c3", "edge-1"));
  ASSERT_OK(join("bob", "c4", "edge-2"));
  ASSERT_OK(join("cy", "", ""));
  ASSERT_OK(scenario_.Do(CloseConnections{{"edge-1", "edge-3"}}).status());
  const Poll& poll = scenario_.poll();
  EXPECT_FALSE(poll.participants.contains("ann"));
  EXPECT_TRUE(poll.participants.contains(PollScenario::kAdmin)) << "the admin stays";
  EXPECT_THAT(poll.participants.at("bob").connections, ElementsAre(Connection{"c4", "edge-2"}));
  EXPECT_TRUE(poll.participants.contains("cy")) << "taking part without a connection needs no edge";
  EXPECT_THAT(*scenario_.Do(CloseConnections{{"edge-1"}}), IsEmpty());
}

}  // namespace
}  // namespace caucus::polls
