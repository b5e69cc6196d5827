#include "polls-service/ballot_files/ballots_csv.h"

#include <gtest/gtest.h>

#include "common/testing/status_matchers.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {
namespace {

Candidate Named(const char* name) { return {.id = name, .name = name, .withdrawn = false}; }

TEST(BallotsCsvTest, HasALineForEachBallot) {
  Election election;
  election.candidates = {Named("Ann"), Named("Bob, \"B\""), Named("Zoë")};
  election.ballots = {{.count = 2, .ranks = {{{1}}, {}, {{0, 2}}}},
                      {.count = 1, .ranks = {{.candidates = {}, .is_overvote = true}}},
                      {.count = 1, .ranks = {}}};
  ASSERT_OK_AND_ASSIGN(const std::string csv, WriteBallotsCsv(election));
  EXPECT_EQ(csv,
            "rank1,rank2,rank3\r\n"
            "\"Bob, \"\"B\"\"\",,Ann = Zoë\r\n"
            "\"Bob, \"\"B\"\"\",,Ann = Zoë\r\n"
            "(overvote),,\r\n"
            ",,\r\n");
}

TEST(BallotsCsvTest, DoesNotLoseAbstentionsInASingleColumn) {
  Election election;
  election.candidates = {Named("Ann")};
  election.ballots = {{.count = 1, .ranks = {}}, {.count = 1, .ranks = {{{0}}}}};
  ASSERT_OK_AND_ASSIGN(const std::string csv, WriteBallotsCsv(election));
  EXPECT_EQ(csv, "rank1\r\n\"\"\r\nAnn\r\n");
}

TEST(BallotsCsvTest, KeepsSpreadsheetsFromTakingNamesForFormulas) {
  Election election;
  for (const char* name : {"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'quoted", "a=b"}) {
    election.candidates.push_back(Named(name));
  }
  for (CandidateIndex i = 0; i < election.candidates.size(); ++i) {
    election.ballots.push_back({.count = 1, .ranks = {{{i}}}});
  }
  ASSERT_OK_AND_ASSIGN(const std::string csv, WriteBallotsCsv(election));
  EXPECT_EQ(csv, "rank1\r\n'=1+1\r\n'+1\r\n'-1\r\n'@SUM(A1)\r\n'＝1\r\n''quoted\r\na=b\r\n");
}

TEST(BallotsCsvTest, IsBounded) {
  Election election;
  election.candidates = {Named("Ann")};
  election.ballots = {{.count = 1'000'000'000'000, .ranks = {{{0}}}}};
  EXPECT_THAT(WriteBallotsCsv(election), StatusIs(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace caucus::tally
