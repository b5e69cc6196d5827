#include "polls-service/tally/instant_runoff.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using testing::NamesByRank;
using testing::Tennessee;
using Indices = std::vector<CandidateIndex>;
using Lines = std::vector<std::string>;
using Tallies = std::vector<std::optional<Votes>>;

TEST(InstantRunoffTest, TellsEveryRoundOfTennessee) {
  const Count count = CountInstantRunoff(Tennessee(), {});
  ASSERT_EQ(count.rounds.size(), 3u);
  EXPECT_EQ(count.rounds[0].tallies, (Tallies{42, 26, 15, 17}));
  EXPECT_EQ(count.rounds[0].threshold, 51);
  EXPECT_EQ(count.rounds[0].eliminated, Indices{2});
  EXPECT_EQ(count.rounds[0].transfers, (std::vector<Transfer>{{2, 3, 15}}));
  EXPECT_EQ(count.rounds[1].tallies, (Tallies{42, 26, std::nullopt, 32}));
  EXPECT_EQ(count.rounds[1].transfers, (std::vector<Transfer>{{1, 3, 26}}));
  EXPECT_EQ(count.rounds[2].tallies, (Tallies{42, std::nullopt, std::nullopt, 58}));
  EXPECT_EQ(count.rounds[2].elected, Indices{3});
  EXPECT_TRUE(count.rounds[2].transfers.empty());
  EXPECT_EQ(count.standings[0].score, 58);
  EXPECT_EQ(count.standings[2].score, 26);
}

TEST(InstantRunoffTest, NeedsMoreThanHalfOfWhatStillCounts) {
  const Count count =
      CountInstantRunoff(ElectionOf({"A", "B", "C"}, {{4, "A"}, {3, "B"}, {2, "C"}, {1, ""}}), {});
  EXPECT_EQ(count.abstentions, 1u);
  EXPECT_EQ(count.rounds[0].threshold, 5);
  EXPECT_EQ(count.rounds[0].inactive.exhausted_choices, 1);
  EXPECT_EQ(count.rounds[1].threshold, 4);
  EXPECT_EQ(count.rounds[1].inactive.exhausted_choices, 3);
  EXPECT_EQ(count.rounds[1].elected, Indices{0});
}

TEST(InstantRunoffTest, DecidesBetweenTwoByTheRoundBefore) {
  const Election election = ElectionOf({"A", "B", "C"}, {{4, "A"}, {3, "B"}, {1, "C>B"}});
  const Count count = CountInstantRunoff(election, {});
  ASSERT_EQ(count.rounds.size(), 2u);
  const std::vector<Tie> ties = {{.question = Tie::Question::kElection,
                                  .candidates = {0, 1},
                                  .rule = Tie::Rule::kPreviousRound,
                                  .deciding_round = 1,
                                  .chosen = 0,
                                  .order = {}}};
  EXPECT_EQ(count.rounds[1].ties, ties);
  EXPECT_EQ(NamesByRank(election, count), (Lines{"1 A *", "2 B", "3 C"}));
}

TEST(InstantRunoffTest, DrawsBetweenTwoWhoWereAlwaysEqual) {
  const Election election = ElectionOf({"A", "B"}, {{4, "A"}, {4, "B"}});
  const Count count = CountInstantRunoff(election, {.tie_break_order = {1, 0}});
  ASSERT_EQ(count.rounds.size(), 1u);
  ASSERT_EQ(count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(count.rounds[0].ties[0].rule, Tie::Rule::kPublishedOrder);
  EXPECT_EQ(NamesByRank(election, count), (Lines{"1 B *", "2 A"}));
}

TEST(InstantRunoffTest, DrawsWhomToEliminate) {
  const Election election = ElectionOf({"A", "B", "C"}, {{4, "A"}, {2, "B>C"}, {2, "C>B"}});
  const Count count = CountInstantRunoff(election, {.tie_break_order = {0, 2, 1}});
  ASSERT_EQ(count.rounds[0].ties.size(), 1u);
  EXPECT_EQ(count.rounds[0].ties[0].candidates, (Indices{1, 2}));
  EXPECT_EQ(count.rounds[0].eliminated, Indices{2});
}

TEST(InstantRunoffTest, EliminatesAtOnceWhomNoTransferCouldSave) {
  const Election election = ElectionOf({"A", "B", "C", "D", "E"},
                                       {{20, "A"}, {18, "B"}, {3, "C>B"}, {2, "D>B"}, {1, "E>A"}});
  const Count slow = CountInstantRunoff(election, {});
  const Count fast = CountInstantRunoff(election, {.batch_elimination = true});
  EXPECT_EQ(slow.rounds.size(), 4u);
  ASSERT_EQ(fast.rounds.size(), 2u);
  EXPECT_EQ(fast.rounds[0].eliminated, (Indices{4, 3, 2}));
  EXPECT_EQ(NamesByRank(election, fast), NamesByRank(election, slow));
}

TEST(InstantRunoffTest, KeepsWhomATransferCouldSave) {
  const Election election =
      ElectionOf({"A", "B", "C", "D"}, {{10, "A"}, {5, "B"}, {4, "C>D"}, {2, "D>C"}});
  const Count count = CountInstantRunoff(election, {.batch_elimination = true});
  EXPECT_EQ(count.rounds[0].eliminated, Indices{3});
}

TEST(InstantRunoffTest, GoesOnUntilTwoRemain) {
  const Election election = ElectionOf({"A", "B", "C"}, {{6, "A"}, {3, "B"}, {2, "C>B"}});
  const Count count = CountInstantRunoff(election, {.until_two_remain = true});
  ASSERT_EQ(count.rounds.size(), 3u);
  EXPECT_EQ(count.rounds[0].elected, Indices{0});
  EXPECT_EQ(count.rounds[1].eliminated, Indices{2});
  EXPECT_EQ(count.rounds[2].tallies, (Tallies{6, 5, std::nullopt}));
}

TEST(InstantRunoffTest, EliminatesFromTheBottomUpUntilTheSeatsAreFilled) {
  const Count count = CountInstantRunoff(Tennessee(), {.seats = 2});
  ASSERT_EQ(count.rounds.size(), 3u);
  EXPECT_EQ(count.rounds[0].threshold, 34);
  EXPECT_EQ(NamesByRank(Tennessee(), count),
            (Lines{"1 Knoxville *", "2 Memphis *", "3 Nashville", "4 Chattanooga"}));
}

TEST(InstantRunoffTest, EliminatesWriteInsFirst) {
  const Election election =
      ElectionOf({"A", "B", "C", "W"}, {{4, "A"}, {3, "B"}, {1, "C"}, {2, "W>C"}});
  const Count count = CountInstantRunoff(election, {.write_ins = 3});
  EXPECT_EQ(count.rounds[0].eliminated, Indices{3});
  EXPECT_EQ(count.rounds[1].tallies[2], 3);
}

TEST(InstantRunoffTest, CountsNoBallotsAtAll) {
  const Election election = ElectionOf({"A", "B"}, {});
  const Count count = CountInstantRunoff(election, {.tie_break_order = {0, 1}});
  EXPECT_EQ(NamesByRank(election, count), (Lines{"1 A *", "2 B"}));
}

}  // namespace
}  // namespace caucus::tally
