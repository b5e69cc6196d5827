#include "polls-service/tally/ballot_piles.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;

// Reads one ballot of A to D while all continue, eliminating whoever gets it, to the end; tells
// whom it counted for and why it ended.
std::string Course(const std::string& ballot, const Rules& rules,
                   const std::string& eliminated = "") {
  Election election = ElectionOf({"A", "B", "C", "D"}, {{1, ballot}});
  const BallotPiles piles(election, rules);
  std::vector<bool> continuing(4, true);
  for (const char name : eliminated) continuing[static_cast<size_t>(name - 'A')] = false;
  BallotPiles::Bookmark bookmark = piles.Start(0);
  std::string course;
  while (true) {
    const BallotPiles::Recipient recipient = piles.Next(bookmark, continuing);
    if (!recipient.candidate) {
      return course +
             std::vector<std::string>{".", " overvote", " repeated",
                                      " skipped"}[static_cast<size_t>(recipient.exhaustion)];
    }
    course += election.candidates[*recipient.candidate].name;
    continuing[*recipient.candidate] = false;
  }
}

TEST(BallotPilesTest, ReadsFromRankToRank) {
  EXPECT_EQ(Course("B>A>D", {}), "BAD.");
  EXPECT_EQ(Course("B>A>D", {}, "BD"), "A.");
  EXPECT_EQ(Course("", {}), ".");
}

TEST(BallotPilesTest, ReadsOnlyAsManyRanksAsCount) {
  EXPECT_EQ(Course("B>A>D", {.ranks_max = 2}), "BA.");
  EXPECT_EQ(Course("->A>D", {.ranks_max = 2}), "A.");
}

TEST(BallotPilesTest, EndsWhereTooManyRanksAreSkipped) {
  EXPECT_EQ(Course("A>->->B", {}), "AB.");
  EXPECT_EQ(Course("A>->->B", {.skipped_ranks_max = 2}), "AB.");
  EXPECT_EQ(Course("A>->->B", {.skipped_ranks_max = 1}), "A skipped");
  EXPECT_EQ(Course("->A>->B", {.skipped_ranks_max = 1}), "AB.");
  EXPECT_EQ(Course("->A", {.skipped_ranks_max = 0}), " skipped");
}

TEST(BallotPilesTest, SkipsNothingAfterTheLastMark) {
  EXPECT_EQ(Course("A>->-", {.skipped_ranks_max = 0}), "A.");
}

TEST(BallotPilesTest, EndsAtAnOvervote) {
  EXPECT_EQ(Course("A>B=C>D", {}), "A overvote");
  EXPECT_EQ(Course("A>?>D", {}), "A overvote");
}

TEST(BallotPilesTest, SkipsAnOvervote) {
  const Rules rules{.overvotes = OvervoteRule::kSkipToNextRank};
  EXPECT_EQ(Course("A>B=C>D", rules), "AD.");
  EXPECT_EQ(Course("?>B", rules), "B.");
  EXPECT_EQ(Course("A>B=C>B", rules), "AB.");
}

TEST(BallotPilesTest, EndsAtAnOvervoteIfSeveralContinue) {
  const Rules rules{.overvotes = OvervoteRule::kExhaustIfMultipleContinuing};
  EXPECT_EQ(Course("A>B=C>D", rules), "A overvote");
  EXPECT_EQ(Course("A>B=C>D", rules, "C"), "ABD.");
  EXPECT_EQ(Course("A>B=C>D", rules, "BC"), "AD.");
  EXPECT_EQ(Course("A>?>D", rules), "A overvote");
}

TEST(BallotPilesTest, SkipsOrEndsAtARepeatedCandidate) {
  EXPECT_EQ(Course("A>A>B", {}), "AB.");
  EXPECT_EQ(Course("A>B>A", {.duplicates = DuplicateRule::kExhaust}), "AB repeated");
}

TEST(BallotPilesTest, ReadsAsIfWithdrawnCandidatesWereNotThere) {
  Election election = ElectionOf({"A", "B", "C"}, {{1, "B>A"}, {2, "A=B"}, {4, "A"}, {8, "B"}});
  election.candidates[1].withdrawn = true;
  const BallotPiles piles(election, {.skipped_ranks_max = 0});
  EXPECT_EQ(piles.size(), 2u);
  EXPECT_EQ(piles.count(0), 7u);
  EXPECT_EQ(piles.count(1), 8u);
  EXPECT_EQ(piles.ballots(), 15u);
  EXPECT_EQ(piles.abstentions(), 8u);
}

TEST(BallotPilesTest, LaysBallotsTogetherThatReadAlike) {
  const BallotPiles piles(ElectionOf({"A", "B"}, {{1, "A>B"}, {2, "B"}, {3, "A>->B"}}), {});
  EXPECT_EQ(piles.size(), 2u);
  EXPECT_EQ(piles.count(0), 4u);
}

TEST(BallotPilesTest, CallsBlankBallotsAbstentionsAndOvervotesNot) {
  const BallotPiles piles(ElectionOf({"A", "B"}, {{1, ""}, {2, "->-"}, {4, "?"}, {8, "A"}}), {});
  EXPECT_EQ(piles.abstentions(), 3u);
}

}  // namespace
}  // namespace caucus::tally
