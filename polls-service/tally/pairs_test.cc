// The methods that compare pairs, on examples that tell them apart.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "polls-service/tally/copeland.h"
#include "polls-service/tally/count_election.h"
#include "polls-service/tally/election_builder.h"
#include "polls-service/tally/minimax.h"
#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/ranked_pairs.h"
#include "polls-service/tally/schulze.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using testing::NamesByRank;
using Lines = std::vector<std::string>;
using Matrix = std::vector<std::vector<uint64_t>>;
using Scores = std::vector<int64_t>;

// Schulze's example with 45 voters.
Election Schulze45() {
  return ElectionOf({"A", "B", "C", "D", "E"}, {{5, "A>C>B>E>D"},
                                                {5, "A>D>E>C>B"},
                                                {8, "B>E>D>A>C"},
                                                {3, "C>A>B>E>D"},
                                                {7, "C>A>E>B>D"},
                                                {2, "C>B>A>D>E"},
                                                {7, "D>C>E>B>A"},
                                                {8, "E>B>A>D>C"}});
}

// A beats B 6 to 3, B beats C 7 to 2, C beats A 5 to 4.
Election Cycle() { return ElectionOf({"A", "B", "C"}, {{4, "A>B>C"}, {3, "B>C>A"}, {2, "C>A>B"}}); }

Election EvenCycle() {
  return ElectionOf({"A", "B", "C"}, {{1, "A>B>C"}, {1, "B>C>A"}, {1, "C>A>B"}});
}

Count MustCount(const Election& election, const Rules& rules) {
  auto count = CountElection(election, rules);
  EXPECT_TRUE(count.ok()) << count.status().ToString();
  return count.ok() ? *std::move(count) : Count{};
}

TEST(PairwiseTest, ComparesEveryPair) {
  EXPECT_EQ(PairwiseMatrix(Schulze45(), {}).preferences(), (Matrix{{0, 20, 26, 30, 22},
                                                                   {25, 0, 16, 33, 18},
                                                                   {19, 29, 0, 17, 24},
                                                                   {15, 12, 28, 0, 14},
                                                                   {23, 27, 21, 31, 0}}));
}

TEST(PairwiseTest, PutsTheUnrankedLastOrComparesThemNot) {
  const Election election = ElectionOf({"A", "B", "C"}, {{2, "A"}, {3, "B=C>A"}});
  EXPECT_EQ(PairwiseMatrix(election, {}).preferences(), (Matrix{{0, 2, 2}, {3, 0, 0}, {3, 0, 0}}));
  EXPECT_EQ(PairwiseMatrix(election, {.unranked = UnrankedRule::kNotCompared}).preferences(),
            (Matrix{{0, 0, 0}, {3, 0, 0}, {3, 0, 0}}));
}

TEST(PairwiseTest, ReadsPastSkippedRanksOvervotesAndWithdrawnCandidates) {
  Election election = ElectionOf({"A", "B", "C"}, {{1, "->B>?>A>A>C"}});
  EXPECT_EQ(PairwiseMatrix(election, {}).preferences(), (Matrix{{0, 0, 1}, {1, 0, 1}, {0, 0, 0}}));
  election.candidates[0].withdrawn = true;
  EXPECT_EQ(PairwiseMatrix(election, {}).preferences(), (Matrix{{0, 0, 0}, {0, 0, 1}, {0, 0, 0}}));
}

TEST(SchulzeTest, OrdersTheExampleOfFortyFive) {
  const Count count = MustCount(Schulze45(), {.method = Method::kSchulze});
  EXPECT_EQ(NamesByRank(Schulze45(), count), (Lines{"1 E *", "2 A", "3 C", "4 B", "5 D"}));
  EXPECT_EQ(CountSchulze(PairwiseMatrix(Schulze45(), {})).scores, (Scores{3, 1, 2, 0, 4}));
}

TEST(SchulzeTest, BreaksACycleAtItsWeakestVictory) {
  const Count count = MustCount(Cycle(), {.method = Method::kSchulze});
  EXPECT_EQ(NamesByRank(Cycle(), count), (Lines{"1 A *", "2 B", "3 C"}));
  EXPECT_TRUE(count.rounds[0].ties.empty());
}

TEST(RankedPairsTest, LeavesOutTheMajorityThatContradicts) {
  const Count count = MustCount(Cycle(), {.method = Method::kRankedPairs});
  EXPECT_EQ(NamesByRank(Cycle(), count), (Lines{"1 A *", "2 B", "3 C"}));
  EXPECT_TRUE(count.rounds[0].ties.empty());
}

TEST(RankedPairsTest, DrawsWhereEqualMajoritiesContradict) {
  const Count count =
      MustCount(EvenCycle(), {.method = Method::kRankedPairs, .tie_break_order = {1, 0, 2}});
  EXPECT_EQ(NamesByRank(EvenCycle(), count), (Lines{"1 B *", "2 C", "3 A"}));
  ASSERT_EQ(count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(count.rounds[0].ties[0].question, Tie::Question::kOrder);
  EXPECT_EQ(count.rounds[0].ties[0].order, (std::vector<CandidateIndex>{1, 0, 2}));
}

TEST(RankedPairsTest, TellsNoTieOfEqualMajoritiesThatAgree) {
  const Election election = ElectionOf({"A", "B", "C"}, {{3, "A>B>C"}});
  const Count count = MustCount(election, {.method = Method::kRankedPairs});
  EXPECT_TRUE(count.rounds[0].ties.empty());
}

TEST(MinimaxTest, ElectsWhoseWorstDefeatIsSmallest) {
  EXPECT_EQ(CountMinimax(PairwiseMatrix(Cycle(), {})).scores, (Scores{5, 6, 7}));
  const Count count = MustCount(Cycle(), {.method = Method::kMinimax});
  EXPECT_EQ(NamesByRank(Cycle(), count), (Lines{"1 A *", "2 B", "3 C"}));
}

TEST(CopelandTest, CountsVictoriesLessDefeats) {
  EXPECT_EQ(CountCopeland(PairwiseMatrix(Schulze45(), {})).scores, (Scores{0, 0, 0, -2, 2}));
}

TEST(CopelandTest, DrawsTheWinnerOfACycle) {
  const Count count =
      MustCount(Cycle(), {.method = Method::kCopeland, .tie_break_order = {2, 1, 0}});
  EXPECT_EQ(NamesByRank(Cycle(), count), (Lines{"1 C *", "2 B", "2 A"}));
  ASSERT_EQ(count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(count.rounds[0].ties[0].question, Tie::Question::kElection);
}

TEST(CopelandTest, DrawsOnlyAcrossTheLastSeat) {
  const Count all = MustCount(Cycle(), {.method = Method::kCopeland, .seats = 3});
  EXPECT_TRUE(all.rounds[0].ties.empty());
  EXPECT_EQ(all.standings[2].rank, 1u);
  const Count two =
      MustCount(Cycle(), {.method = Method::kCopeland, .seats = 2, .tie_break_order = {2, 1, 0}});
  EXPECT_EQ(NamesByRank(Cycle(), two), (Lines{"1 C *", "1 B *", "3 A"}));
}

}  // namespace
}  // namespace caucus::tally
