#include "polls-service/tally/stv.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using testing::NamesByRank;
using Indices = std::vector<CandidateIndex>;
using Lines = std::vector<std::string>;
using Tallies = std::vector<std::optional<Votes>>;

// Three seats, a quota of six: A has five too many, and then C has some.
Election Hand() {
  return ElectionOf({"A", "B", "C", "D"},
                    {{8, "A>C>D"}, {3, "A>B"}, {4, "B"}, {3, "C"}, {2, "D>B"}});
}

TEST(StvTest, TransfersByTheScottishRules) {
  const Count count = CountStv(Hand(), {.method = Method::kStvScottish, .seats = 3});
  ASSERT_EQ(count.rounds.size(), 3u);
  EXPECT_EQ(count.decimals, 5u);
  EXPECT_EQ(count.rounds[0].threshold, 600000);
  EXPECT_EQ(count.rounds[0].tallies, (Tallies{1100000, 400000, 300000, 200000}));
  EXPECT_EQ(count.rounds[0].elected, Indices{0});
  // 5 * 1 / 11 = 0.45454 a ballot.
  EXPECT_EQ(count.rounds[0].transfers, (std::vector<Transfer>{{0, 1, 136362}, {0, 2, 363632}}));
  EXPECT_EQ(count.rounds[1].tallies, (Tallies{600000, 536362, 663632, 200000}));
  EXPECT_EQ(count.rounds[1].inactive.residual, 6);
  // 0.63632 * 0.45454 / 6.63632 = 0.04358, and 0.63632 * 1 / 6.63632 = 0.09588.
  EXPECT_EQ(count.rounds[1].transfers,
            (std::vector<Transfer>{{2, 3, 34864}, {2, std::nullopt, 28764}}));
  EXPECT_EQ(count.rounds[2].tallies, (Tallies{600000, 536362, 600000, 234864}));
  EXPECT_EQ(count.rounds[2].inactive.exhausted_choices, 28764);
  EXPECT_EQ(count.rounds[2].inactive.residual, 10);
  EXPECT_EQ(count.rounds[2].eliminated, Indices{3});
  EXPECT_EQ(count.rounds[2].elected, Indices{1});
  EXPECT_TRUE(count.rounds[2].transfers.empty());
  EXPECT_EQ(NamesByRank(Hand(), count), (Lines{"1 A *", "2 C *", "3 B *", "4 D"}));
}

TEST(StvTest, TransfersByTheWeightedInclusiveGregoryMethod) {
  const Count count = CountStv(Hand(), {.method = Method::kStvWigm, .seats = 3, .decimals = 4});
  ASSERT_EQ(count.rounds.size(), 5u);
  // 5 / 11 = 0.4545, and no ballot of A is worth more now.
  EXPECT_EQ(count.rounds[1].tallies, (Tallies{60000, 53635, 66360, 20000}));
  EXPECT_EQ(count.rounds[1].inactive.residual, 5);
  // 0.6360 / 6.6360 = 0.0958, times 0.4545 = 0.0435.
  EXPECT_EQ(count.rounds[2].tallies, (Tallies{60000, 53635, 60000, 23480}));
  EXPECT_EQ(count.rounds[2].inactive.exhausted_choices, 2874);
  EXPECT_EQ(count.rounds[2].inactive.residual, 11);
  EXPECT_EQ(count.rounds[2].eliminated, Indices{3});
  EXPECT_EQ(count.rounds[3].tallies, (Tallies{60000, 73635, 60000, std::nullopt}));
  EXPECT_EQ(count.rounds[3].elected, Indices{1});
  // 1.3635 / 7.3635 = 0.1851: nobody is left to get it.
  EXPECT_EQ(count.rounds[4].tallies, (Tallies{60000, 60000, 60000, std::nullopt}));
  EXPECT_EQ(count.rounds[4].inactive.exhausted_choices, 2874 + 3480 + 13629);
  EXPECT_EQ(count.rounds[4].inactive.residual, 17);
}

TEST(StvTest, WigmElectsAllWhoReachTheQuotaAtOnce) {
  const Election election = ElectionOf({"A", "B", "C"}, {{5, "A>C"}, {5, "B>C"}, {1, "C"}});
  const Count count = CountStv(election, {.method = Method::kStvWigm, .seats = 2, .decimals = 0});
  EXPECT_EQ(count.rounds[0].threshold, 4);
  EXPECT_EQ(count.rounds[0].elected.size(), 2u);
  EXPECT_EQ(NamesByRank(election, count).size(), 3u);
  EXPECT_EQ(count.standings[1].rank, 1u);
}

TEST(StvTest, ScottishMovesTheSurplusFirstOfWhoLedBefore) {
  // D's votes bring A and B to the same surplus in round 2; B had more in round 1.
  const Election election =
      ElectionOf({"A", "B", "C", "D", "E"},
                 {{6, "A>C"}, {7, "B>E"}, {5, "C"}, {5, "E"}, {3, "D>A"}, {2, "D>B"}});
  const Count count = CountStv(election, {.method = Method::kStvScottish, .seats = 3});
  ASSERT_GE(count.rounds.size(), 2u);
  EXPECT_EQ(count.rounds[0].threshold, 800000);
  EXPECT_EQ(count.rounds[0].eliminated, Indices{3});
  const std::vector<Tie> ties = {{.question = Tie::Question::kSurplus,
                                  .candidates = {0, 1},
                                  .rule = Tie::Rule::kPreviousRound,
                                  .deciding_round = 1,
                                  .chosen = 1,
                                  .order = {}}};
  EXPECT_EQ(count.rounds[1].ties, ties);
  EXPECT_EQ(count.rounds[1].transfers.front().from, 1u);
}

TEST(StvTest, ScottishDrawsWhoseEqualSurplusMovesFirst) {
  const Election election =
      ElectionOf({"A", "B", "C", "D"}, {{6, "A>C"}, {6, "B>D"}, {1, "C"}, {1, "D"}});
  const Count count = CountStv(
      election, {.method = Method::kStvScottish, .seats = 3, .tie_break_order = {1, 0, 2, 3}});
  EXPECT_EQ(count.rounds[0].threshold, 400000);
  ASSERT_EQ(count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(count.rounds[0].ties[0].question, Tie::Question::kSurplus);
  EXPECT_EQ(count.rounds[0].ties[0].chosen, 1u);
  EXPECT_EQ(count.rounds[0].transfers, (std::vector<Transfer>{{1, 3, 199998}}));
  EXPECT_EQ(count.rounds[1].transfers, (std::vector<Transfer>{{0, 2, 199998}}));
}

TEST(StvTest, RoundsHaresQuotaUpInTheLastDecimal) {
  const Election election = ElectionOf({"A", "B", "C", "D"}, {{7, "A>B>C"}, {3, "D"}});
  const Count count = CountStv(
      election, {.method = Method::kStvWigm, .seats = 3, .quota = Quota::kHare, .decimals = 2});
  EXPECT_EQ(count.rounds[0].threshold, 334);
  EXPECT_EQ(count.rounds[0].elected, Indices{0});
}

TEST(StvTest, ElectsAsManyAsThereAreWithoutAnyVote) {
  const Election election = ElectionOf({"A", "B"}, {});
  for (const Method method : {Method::kStvScottish, Method::kStvWigm}) {
    const Count count = CountStv(election, {.method = method, .seats = 2});
    EXPECT_EQ(count.rounds[0].elected.size(), 2u);
    EXPECT_EQ(count.standings[1].rank, 1u);
  }
}

TEST(StvTest, EliminatesWriteInsFirstAndNeverElectsThem) {
  const Election election = ElectionOf({"A", "B", "W"}, {{4, "W>A"}, {2, "A"}, {3, "B"}});
  for (const Method method : {Method::kStvScottish, Method::kStvWigm}) {
    const Count count = CountStv(election, {.method = method, .seats = 1, .write_ins = 2});
    EXPECT_EQ(count.rounds[0].eliminated, Indices{2});
    EXPECT_EQ(count.rounds[1].elected, Indices{0});
  }
}

}  // namespace
}  // namespace caucus::tally
