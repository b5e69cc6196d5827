#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "common/json/bounded_parser.h"
#include "common/testing/golden.h"
#include "common/testing/status_matchers.h"
#include "polls-service/ballot_files/ballot_json.h"
#include "polls-service/ballot_files/count_json.h"
#include "polls-service/ballot_files/count_table.h"
#include "polls-service/tally/count_election.h"

namespace caucus::tally {
namespace {

using testing::HasSubstr;

constexpr std::string_view kTies = R"({
  "title": "Where shall we eat? \"Ties\"",
  "candidates": ["李雷", "Zoë's", {"id": "c1", "name": "Café"}, {"id": "c2", "name": "Café"},
                 {"name": "Gone", "withdrawn": true}],
  "rules": {"method": "irv", "tie_break_seed": "2026-11-21", "overvotes": "exhaust"},
  "ballots": [[4, [0, 4, 1]], [3, [1, 0]], [1, [2, 3, 1]], [1, [3, 2]], [1, [[0, 1]]], [2, []],
              [1, [4]]]
})";

constexpr std::string_view kSurplus = R"({
  "title": "Two seats",
  "candidates": ["A", "B", "C"],
  "seats": 2,
  "rules": {"method": "stv-scottish"},
  "ballots": [[7, [0, 1]], [4, [0, 2]], [3, [1]], [2, [2]], [1, [0]]]
})";

constexpr std::string_view kPairs = R"({
  "candidates": ["Memphis", "Nashville", "Chattanooga", "Knoxville"],
  "rules": {"method": "ranked-pairs", "tie_break_order": [3, 2, 1, 0]},
  "ballots": [[42, [0, 1, 2, 3]], [26, [1, 2, 3, 0]], [15, [2, 3, 1, 0]], [17, [3, 2, 1, 0]]]
})";

constexpr std::string_view kPoints = R"({
  "candidates": ["01", "02", "03", "04"],
  "rules": {"method": "weighted", "ranks_max": 3},
  "ballots": [[1, [1, 0, 2]], [1, [3, 0, 1]], [1, [2, 1, 0]], [1, [1, 3, 0]]]
})";

constexpr std::string_view kReservedNames = R"json({
  "candidates": ["A", "exhausted", "C", "residual surplus", "exhausted (option)"],
  "rules": {"method": "irv"},
  "ballots": [[5, [0]], [4, [1]], [2, [2, 1]], [1, [2]]]
})json";

// Checks all three outputs against their golden files.
void ExpectOutputs(const std::string& name, std::string_view ballots) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBallotJson(ballots));
  ASSERT_OK_AND_ASSIGN(const Count count, CountElection(file.election, file.rules));
  const std::string path = "polls-service/ballot_files/testdata/" + name;
  const std::string json = WriteCountJson(file.election, file.rules, count);
  const std::string rctab = WriteRctabReport(file.election, file.rules, count);
  ExpectGolden(path + ".table.golden", WriteCountTable(file.election, file.rules, count));
  ExpectGolden(path + ".json.golden", json);
  ExpectGolden(path + ".rctab.golden", rctab);
  EXPECT_FALSE(CheckJson(json, 8).has_value());
  EXPECT_FALSE(CheckJson(rctab, 8).has_value());
}

TEST(CountOutputsTest, TellEveryTie) { ExpectOutputs("ties", kTies); }
TEST(CountOutputsTest, TellSurplusesExactly) { ExpectOutputs("surplus", kSurplus); }
TEST(CountOutputsTest, TellPairs) { ExpectOutputs("pairs", kPairs); }
TEST(CountOutputsTest, TellPointsAsFractions) { ExpectOutputs("points", kPoints); }

TEST(CountOutputsTest, KeepACandidateCalledExhaustedApartFromExhaustedVotes) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBallotJson(kReservedNames));
  ASSERT_OK_AND_ASSIGN(const Count count, CountElection(file.election, file.rules));
  const std::string report = WriteRctabReport(file.election, file.rules, count);
  EXPECT_THAT(report, HasSubstr(R"json("exhausted (option) (option)": "2")json"));
  EXPECT_THAT(report, HasSubstr(R"json("exhausted": "1")json"));
  EXPECT_THAT(report, HasSubstr(R"json("residual surplus (option)": "0")json"));
  EXPECT_FALSE(CheckJson(report, 8).has_value());
}

}  // namespace
}  // namespace caucus::tally
