#include "polls-service/tally/tie_breaker.h"

#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using Indices = std::vector<CandidateIndex>;
using Prefer = TieBreaker::Prefer;

constexpr Tie::Question kQuestion = Tie::Question::kElimination;

Round RoundOf(std::vector<std::optional<Votes>> tallies) {
  Round round;
  round.tallies = std::move(tallies);
  return round;
}

// In the draw from "seed" a is first, then d, c, b: see tie_break_test.
const Election& Four() {
  static const Election& four = *new Election(ElectionOf({"a", "b", "c", "d"}, {}));
  return four;
}

TEST(TieBreakerTest, AsksTheLastRoundThatTellsThemApart) {
  const TieBreaker breaker(Four(), {.tie_break_seed = "seed"});
  const std::vector<Round> rounds = {RoundOf({1, 2, 9, 9}), RoundOf({5, 4, 9, 9}),
                                     RoundOf({6, 6, 9, 9})};
  const Tie tie = breaker.Choose(kQuestion, {0, 1}, rounds, Prefer::kFewestVotes);
  EXPECT_EQ(tie.rule, Tie::Rule::kPreviousRound);
  EXPECT_EQ(tie.deciding_round, 2u);
  EXPECT_EQ(tie.chosen, 1u);
  EXPECT_TRUE(tie.order.empty());
  EXPECT_EQ(breaker.Choose(kQuestion, {0, 1}, rounds, Prefer::kMostVotes).chosen, 0u);
}

TEST(TieBreakerTest, AsksAnEarlierRoundAboutThoseWhoAreStillTied) {
  const TieBreaker breaker(Four(), {.tie_break_seed = "seed"});
  const std::vector<Round> rounds = {RoundOf({1, 3, 2, 9}), RoundOf({5, 4, 4, 9})};
  const Tie tie = breaker.Choose(kQuestion, {2, 0, 1}, rounds, Prefer::kFewestVotes);
  EXPECT_EQ(tie.candidates, (Indices{0, 1, 2}));
  EXPECT_EQ(tie.deciding_round, 1u);
  EXPECT_EQ(tie.chosen, 2u);
}

TEST(TieBreakerTest, DrawsBetweenThoseWhomNoRoundSetApart) {
  const TieBreaker breaker(Four(), {.tie_break_seed = "seed"});
  const Tie tie =
      breaker.Choose(kQuestion, {0, 1, 2, 3}, {RoundOf({7, 5, 5, 5})}, Prefer::kFewestVotes);
  EXPECT_EQ(tie.rule, Tie::Rule::kDraw);
  EXPECT_EQ(tie.candidates, (Indices{0, 1, 2, 3}));
  EXPECT_EQ(tie.order, (Indices{3, 2, 1}));
  EXPECT_EQ(tie.chosen, 3u);
}

TEST(TieBreakerTest, TakesThePublishedOrderInsteadOfTheDraw) {
  const TieBreaker breaker(Four(), {.tie_break_seed = "seed", .tie_break_order = {2, 1, 0, 3}});
  const Tie tie = breaker.Order(Tie::Question::kElection, {0, 1, 3});
  EXPECT_EQ(tie.rule, Tie::Rule::kPublishedOrder);
  EXPECT_EQ(tie.order, (Indices{1, 0, 3}));
  EXPECT_EQ(tie.chosen, 1u);
  EXPECT_EQ(breaker.position(2), 0u);
}

}  // namespace
}  // namespace caucus::tally
