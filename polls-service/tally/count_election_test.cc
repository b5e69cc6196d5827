#include "polls-service/tally/count_election.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using testing::NamesByRank;
using testing::Tennessee;
using Lines = std::vector<std::string>;

TEST(CountElectionTest, CountsTennesseeByEveryMethod) {
  const Lines runoff = {"1 Knoxville *", "2 Memphis", "3 Nashville", "4 Chattanooga"};
  const Lines pairs = {"1 Nashville *", "2 Chattanooga", "3 Knoxville", "4 Memphis"};
  const Lines points = {"1 Nashville *", "2 Chattanooga", "3 Memphis", "4 Knoxville"};
  const Lines minimax = {"1 Nashville *", "2 Memphis", "3 Chattanooga", "4 Knoxville"};
  const Lines plurality = {"1 Memphis *", "2 Nashville", "3 Knoxville", "4 Chattanooga"};
  const std::vector<std::pair<Method, Lines>> expected = {
      {Method::kPlurality, plurality}, {Method::kInstantRunoff, runoff},
      {Method::kStvScottish, runoff},  {Method::kStvWigm, runoff},
      {Method::kWeighted, points},     {Method::kBorda, points},
      {Method::kSchulze, pairs},       {Method::kRankedPairs, pairs},
      {Method::kCopeland, pairs},      {Method::kMinimax, minimax},
  };
  for (const auto& [method, lines] : expected) {
    const auto count = CountElection(Tennessee(), {.method = method, .ranks_max = 4});
    ASSERT_TRUE(count.ok()) << count.status().ToString();
    EXPECT_EQ(NamesByRank(Tennessee(), *count), lines) << static_cast<int>(method);
    EXPECT_EQ(count->ballots, 100u);
    EXPECT_EQ(count->rounds.front().tallies.front(), count->decimals == 0 ? 42 : 4200000);
  }
}

TEST(CountElectionTest, DrawsTheWinnerOfEqualsAndLeavesOtherEqualsAlone) {
  const Election election =
      ElectionOf({"a", "b", "c", "d"}, {{2, "b"}, {2, "d"}, {1, "a"}, {1, "c"}});
  const auto count =
      CountElection(election, {.method = Method::kPlurality, .tie_break_seed = "seed"});
  ASSERT_TRUE(count.ok());
  // The draw is a, d, c, b.
  EXPECT_EQ(NamesByRank(election, *count), (Lines{"1 d *", "2 b", "3 a", "3 c"}));
  const std::vector<Tie> ties = {{.question = Tie::Question::kElection,
                                  .candidates = {1, 3},
                                  .rule = Tie::Rule::kDraw,
                                  .deciding_round = 0,
                                  .chosen = 3,
                                  .order = {3, 1}}};
  EXPECT_EQ(count->rounds[0].ties, ties);
}

TEST(CountElectionTest, LeavesTheWithdrawnOutOfEverything) {
  Election election = Tennessee();
  election.candidates[1].withdrawn = true;
  for (const Method method : {Method::kPlurality, Method::kInstantRunoff, Method::kSchulze}) {
    const auto count = CountElection(election, {.method = method});
    ASSERT_TRUE(count.ok());
    EXPECT_EQ(count->standings.size(), 3u);
    EXPECT_FALSE(count->rounds[0].tallies[1].has_value());
    EXPECT_EQ(count->rounds[0].tallies[2], 41);
  }
}

std::string Refusal(const Election& election, const Rules& rules) {
  const absl::Status status = Check(election, rules);
  EXPECT_EQ(CountElection(election, rules).status(), status);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(CheckTest, RefusesCandidatesThatCannotBe) {
  EXPECT_EQ(Refusal({}, {.method = Method::kBorda}), "an election needs candidates");
  EXPECT_EQ(Refusal(ElectionOf({"A", "A"}, {}), {.method = Method::kBorda}),
            "two candidates have the id A");
  Election many;
  for (uint32_t i = 0; i <= kCandidatesMax; ++i) many.candidates.push_back({std::to_string(i), {}});
  EXPECT_EQ(Refusal(many, {.method = Method::kBorda}), "more than 1000 candidates");
}

TEST(CheckTest, RefusesSeatsThatCannotBeFilled) {
  Election election = Tennessee();
  EXPECT_EQ(Refusal(election, {.method = Method::kBorda, .seats = 0}), "0 seats for 4 candidates");
  EXPECT_EQ(Refusal(election, {.method = Method::kBorda, .seats = 5}), "5 seats for 4 candidates");
  election.candidates[0].withdrawn = true;
  EXPECT_EQ(Refusal(election, {.method = Method::kInstantRunoff, .seats = 3, .write_ins = 1}),
            "3 seats for 2 candidates");
  EXPECT_TRUE(Check(election, {.method = Method::kBorda, .seats = 3, .write_ins = 1}).ok());
}

TEST(CheckTest, RefusesRulesThatCannotBe) {
  EXPECT_EQ(Refusal(Tennessee(), {.method = Method::kStvWigm, .decimals = 10}),
            "more than 9 decimals");
  for (const auto& [quota, decimals] : {std::pair(Quota::kHare, 5u), {Quota::kDroop, 4u}}) {
    EXPECT_EQ(Refusal(Tennessee(),
                      {.method = Method::kStvScottish, .quota = quota, .decimals = decimals}),
              "the Scottish rules need the Droop quota and 5 decimals");
    EXPECT_TRUE(
        Check(Tennessee(), {.method = Method::kStvWigm, .quota = quota, .decimals = decimals})
            .ok());
  }
  for (const uint32_t places : {0u, 6u}) {
    EXPECT_EQ(Refusal(Tennessee(), {.method = Method::kWeighted, .ranks_max = places}),
              "the weighted method needs ranks_max from 1 to 5");
  }
  EXPECT_EQ(Refusal(Tennessee(), {.method = Method::kStvWigm, .write_ins = 4}),
            "write_ins is not a candidate");
  for (const std::vector<CandidateIndex>& order :
       {std::vector<CandidateIndex>{0, 1, 2}, {0, 1, 2, 2}, {1, 2, 3, 4}, {0, 1, 2, 3, 4}}) {
    EXPECT_EQ(Refusal(Tennessee(), {.method = Method::kBorda, .tie_break_order = order}),
              "tie_break_order must name every candidate once");
  }
}

TEST(CheckTest, RefusesBallotsThatCannotBe) {
  Election election = ElectionOf({"A", "B"}, {});
  election.ballots = {{.count = 1, .ranks = {{.candidates = {2}}}}};
  EXPECT_EQ(Refusal(election, {.method = Method::kBorda}),
            "a ballot ranks a candidate that there is not");
  election.ballots = {{.count = 1, .ranks = {{.candidates = {1, 1}}}}};
  EXPECT_EQ(Refusal(election, {.method = Method::kBorda}), "a rank has the same candidate twice");
}

TEST(CheckTest, RefusesMoreBallotsThanCanBeSummed) {
  const uint64_t max = static_cast<uint64_t>(std::numeric_limits<int64_t>::max());
  for (const auto& [method, weight] : std::map<Method, uint64_t>{{Method::kPlurality, 1},
                                                                 {Method::kStvScottish, 100000},
                                                                 {Method::kWeighted, 216},
                                                                 {Method::kBorda, 4}}) {
    const Rules rules{.method = method, .ranks_max = 3};
    Election election = ElectionOf({"A", "B"}, {{max / weight - 1, "A"}, {1, "A>B"}});
    EXPECT_TRUE(CountElection(election, rules).ok());
    ++election.ballots[1].count;
    EXPECT_EQ(Refusal(election, rules), "too many ballots");
    election.ballots[1].count = std::numeric_limits<uint64_t>::max();
    EXPECT_EQ(Refusal(election, rules), "too many ballots");
  }
}

}  // namespace
}  // namespace caucus::tally
