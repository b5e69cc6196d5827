#include "polls-service/tally/positional.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "polls-service/tally/election_builder.h"

namespace caucus::tally {
namespace {

using testing::ElectionOf;
using Scores = std::vector<int64_t>;

TEST(WeightedTest, WeighsEveryPlaceExactly) {
  const Election election = ElectionOf({"A", "B", "C", "D", "E"}, {{1, "A>B>C>D>E"}});
  const std::vector<Scores> weights = {
      {2, 0, 0, 0, 0},
      {16, 9, 0, 0, 0},
      {216, 150, 64, 0, 0},
      {4096, 3136, 1728, 625, 0},
      {100000, 81000, 51200, 24010, 7776},
  };
  const Scores denominators = {2, 16, 216, 4096, 100000};
  for (uint32_t places = 1; places <= 5; ++places) {
    const Outcome outcome =
        CountWeighted(election, {.method = Method::kWeighted, .ranks_max = places});
    EXPECT_EQ(outcome.scores, weights[places - 1]);
    EXPECT_EQ(outcome.score_denominator, denominators[places - 1]);
  }
}

// 2.991, 1.981, 1.694 and 1.296: the unit test of the application whose method this is.
TEST(WeightedTest, AgreesWithTheEarlierApplication) {
  const Election election =
      ElectionOf({"01", "02", "03", "04"},
                 {{1, "02>01>03"}, {1, "04>01>02"}, {1, "03>02>01"}, {1, "02>04>01"}});
  const Outcome outcome = CountWeighted(election, {.ranks_max = 3});
  EXPECT_EQ(outcome.scores, (Scores{428, 646, 280, 366}));
}

TEST(WeightedTest, GivesNoPlaceToSkippedAndSharedRanks) {
  const Election election = ElectionOf({"A", "B", "C", "D"}, {{1, "->A>B=C>?>D"}});
  EXPECT_EQ(CountWeighted(election, {.ranks_max = 2}).scores, (Scores{16, 0, 0, 9}));
}

TEST(BordaTest, SharesThePointsOfEquals) {
  const Election election = ElectionOf({"A", "B", "C", "D"}, {{1, "A>B=C>D"}, {2, "D=A>B"}});
  const Outcome outcome = CountBorda(election, {.method = Method::kBorda});
  EXPECT_EQ(outcome.score_denominator, 2);
  EXPECT_EQ(outcome.scores, (Scores{6 + 10, 3 + 4, 3, 10}));
}

TEST(BordaTest, GivesTheUnrankedAndTheWithdrawnNothing) {
  Election election = ElectionOf({"A", "B", "C"}, {{1, "C>A"}});
  EXPECT_EQ(CountBorda(election, {}).scores, (Scores{2, 0, 4}));
  election.candidates[2].withdrawn = true;
  EXPECT_EQ(CountBorda(election, {}).scores, (Scores{2, 0, 0}));
}

}  // namespace
}  // namespace caucus::tally
