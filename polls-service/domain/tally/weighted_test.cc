#include "polls-service/domain/tally/weighted.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace caucus::polls {
namespace {

// A poll in its voting phase whose nominations were made in the order given.
Poll PollWith(uint32_t votes_per_voter, std::initializer_list<std::string> nomination_ids,
              std::initializer_list<Ballot> ballots) {
  Poll poll;
  poll.id = "ABC123";
  poll.votes_per_voter = votes_per_voter;
  poll.phase = Phase::kVoting;
  for (const std::string& id : nomination_ids) {
    const uint64_t place = poll.next_place++;
    poll.nominations[id] = {.user_id = "u", .text = "text of " + id, .place = place};
    poll.nomination_order[place] = id;
  }
  int voter = 0;
  for (const Ballot& ballot : ballots) poll.ballots["voter" + std::to_string(voter++)] = ballot;
  return poll;
}

TEST(WeightedTest, AgreesWithTheOriginalUnitTest) {
  const auto results = CountWeighted(
      PollWith(3, {"01", "02", "03", "04"},
               {{"02", "01", "03"}, {"04", "01", "02"}, {"03", "02", "01"}, {"02", "04", "01"}}));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].nomination_id, "02");
  EXPECT_NEAR(results[0].score, 2.991, 0.0005);
  EXPECT_EQ(results[1].nomination_id, "01");
  EXPECT_NEAR(results[1].score, 1.981, 0.0005);
  EXPECT_EQ(results[2].nomination_id, "04");
  EXPECT_NEAR(results[2].score, 1.694, 0.0005);
  EXPECT_EQ(results[3].nomination_id, "03");
  EXPECT_NEAR(results[3].score, 1.296, 0.0005);
}

TEST(WeightedTest, AgreesWithTheRecordedTrace) {
  const auto results = CountWeighted(PollWith(
      3, {"taco", "pizza", "sushi", "thai", "late"},
      {{"thai", "taco", "pizza"}, {"pizza", "taco", "sushi"}, {"sushi", "pizza", "taco"}}));
  ASSERT_EQ(results.size(), 4u);
  EXPECT_EQ(results[0].nomination_text, "text of pizza");
  EXPECT_DOUBLE_EQ(results[0].score, 1.990740740740741);
  EXPECT_EQ(results[1].nomination_id, "taco");
  EXPECT_DOUBLE_EQ(results[1].score, 1.6851851851851853);
  EXPECT_EQ(results[2].nomination_id, "sushi");
  EXPECT_DOUBLE_EQ(results[2].score, 1.2962962962962963);
  EXPECT_EQ(results[3].nomination_id, "thai");
  EXPECT_DOUBLE_EQ(results[3].score, 1);
}

TEST(WeightedTest, WeighsEveryPlaceOfEveryBallotSize) {
  const std::vector<std::vector<double>> weights = {
      {1},
      {1, .5625},
      {1, .6944444444444444, .2962962962962963},
      {1, .765625, .421875, .152587890625},
      {1, .81, .512, .2401, .07776},
  };
  for (const std::vector<double>& expected : weights) {
    Ballot ballot{"a", "b", "c", "d", "e"};
    ballot.resize(expected.size());
    const auto results =
        CountWeighted(PollWith(expected.size(), {"e", "d", "c", "b", "a"}, {ballot}));
    ASSERT_EQ(results.size(), expected.size());
    for (size_t place = 0; place < expected.size(); ++place) {
      EXPECT_EQ(results[place].nomination_id, ballot[place]);
      EXPECT_DOUBLE_EQ(results[place].score, expected[place]);
    }
  }
}

TEST(WeightedTest, PutsTheEarlierNominationFirstInATie) {
  const auto results = CountWeighted(PollWith(2, {"z", "m", "a"}, {{"a", "m"}, {"m", "a"}, {"z"}}));
  ASSERT_EQ(results.size(), 3u);
  EXPECT_EQ(results[0].nomination_id, "m");
  EXPECT_EQ(results[1].nomination_id, "a");
  EXPECT_EQ(results[0].score, results[1].score);
  EXPECT_EQ(results[2].nomination_id, "z");
}

TEST(WeightedTest, LeavesOutNominationsWithoutAVote) {
  const auto results = CountWeighted(PollWith(1, {"a", "b"}, {{"b"}}));
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].nomination_id, "b");
}

TEST(WeightedTest, HasNoResultsWithoutBallots) {
  EXPECT_TRUE(CountWeighted(PollWith(3, {"a", "b", "c"}, {})).empty());
}

}  // namespace
}  // namespace caucus::polls
