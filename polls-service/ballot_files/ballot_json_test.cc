#include "polls-service/ballot_files/ballot_json.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "common/testing/status_matchers.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {
namespace {

using absl::StatusCode;

TEST(BallotJsonTest, ReadsEveryMember) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBallotJson(R"({
    "ballots": [[42, [0, 1, null, 2]], [3, [[0, 1], "O"]], [1, []]],
    "source": {"ignored": ["x", {"y": "}"}]},
    "rules": {"method": "stv-wigm", "quota": "hare", "decimals": 4, "ranksMax": 3,
              "skipped_ranks_max": 0, "overvotes": "exhaust_if_multiple_continuing",
              "duplicates": "exhaust", "unranked": "not_compared", "untilTwoRemain": true,
              "batch_elimination": true, "write_ins": 2, "tie_break_seed": "s\u00e9ed",
              "tieBreakOrder": [2, 0, 1]},
    "seats": 2,
    "candidates": ["Memphis", {"id": "nash", "name": "Nashville", "withdrawn": true}, "Memphis"],
    "name": "Capital"})"));
  const Election& election = file.election;
  EXPECT_EQ(election.title, "Capital");
  EXPECT_EQ(election.candidates,
            (std::vector<Candidate>{{.id = "Memphis#1", .name = "Memphis", .withdrawn = false},
                                    {.id = "nash", .name = "Nashville", .withdrawn = true},
                                    {.id = "Memphis#3", .name = "Memphis", .withdrawn = false}}));
  EXPECT_EQ(election.ballots,
            (std::vector<Ballots>{
                {.count = 42, .ranks = {{{0}}, {{1}}, {}, {{2}}}},
                {.count = 3, .ranks = {{{0, 1}}, {.candidates = {}, .is_overvote = true}}},
                {.count = 1, .ranks = {}}}));
  const Rules expected = {
      .method = Method::kStvWigm,
      .seats = 2,
      .quota = Quota::kHare,
      .decimals = 4,
      .ranks_max = 3,
      .skipped_ranks_max = 0,
      .overvotes = OvervoteRule::kExhaustIfMultipleContinuing,
      .duplicates = DuplicateRule::kExhaust,
      .unranked = UnrankedRule::kNotCompared,
      .write_ins = 2,
      .until_two_remain = true,
      .batch_elimination = true,
      .tie_break_seed = "séed",
      .tie_break_order = {2, 0, 1},
  };
  EXPECT_EQ(file.rules, expected);
  EXPECT_TRUE(file.states_method);
}

TEST(BallotJsonTest, NeedsNoRules) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file,
                       ParseBallotJson(R"({"candidates": ["A"], "ballots": []})"));
  EXPECT_EQ(file.rules, Rules());
  EXPECT_FALSE(file.states_method);
}

struct Mistake {
  std::string_view json;
  std::string_view message;
};

class BallotJsonMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(BallotJsonMistakeTest, IsToldWithItsPlace) {
  EXPECT_THAT(ParseBallotJson(GetParam().json),
              StatusIs(StatusCode::kInvalidArgument, std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Json, BallotJsonMistakeTest,
    testing::Values(
        Mistake{"", "line 1, column 1: this is not JSON"},
        Mistake{"{\n \"Zoë\": }", "line 2, column 9: this is not JSON"},
        Mistake{std::string_view("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["),
                "line 1, column 33: the JSON is nested too deeply"},
        Mistake{" []", "line 1, column 2: this must be an object"},
        Mistake{"{}", "line 1, column 1: the object has no member candidates"},
        Mistake{R"({"seats": 1, "seats": 2})", "line 1, column 14: seats is given twice"},
        Mistake{R"({"candidates": "A"})", "line 1, column 16: candidates must be a list"},
        Mistake{R"({"candidates": [7]})", "line 1, column 17: a candidate's name must be a text"},
        Mistake{R"({"candidates": [{"id": "a"}]})", "line 1, column 17: the candidate has no name"},
        Mistake{R"({"candidates": [{"id": "", "name": "A"}]})",
                "line 1, column 24: an id must not be empty"},
        Mistake{R"({"candidates": [{"id": "a", "name": "A"}, {"id": "a", "name": "B"}]})",
                "line 1, column 43: another candidate has this id"},
        Mistake{R"({"candidates": ["A\n"]})",
                "line 1, column 17: a candidate's name has control characters"},
        Mistake{R"({"candidates": ["A"], "ballots": [7]})",
                "line 1, column 35: a ballot must be [how many, [a cell for each rank]]"},
        Mistake{R"({"candidates": ["A"], "ballots": [[7, [0], 1]]})",
                "line 1, column 35: a ballot must be [how many, [a cell for each rank]]"},
        Mistake{R"({"candidates": ["A"], "ballots": [[0, []]]})",
                "line 1, column 36: the number of ballots must be a whole number from 1"},
        Mistake{R"({"candidates": ["A"], "ballots": [[1.5, []]]})",
                "line 1, column 36: the number of ballots must be a whole number from 1"},
        Mistake{"{\"candidates\": [\"A\"],\n\"ballots\": [[1, [0, 1]]]}",
                "line 2, column 21: a candidate's place must be from 0 to 1 - 1"},
        Mistake{R"({"candidates": ["A"], "ballots": [[1, [[0, 0]]]]})",
                "line 1, column 44: the candidate stands twice at this rank"},
        Mistake{R"({"candidates": ["A"], "ballots": [[1, ["U"]]]})",
                "line 1, column 40: a cell must be a candidate's place, null, a list of places, "
                "or \"O\""},
        Mistake{R"({"candidates": ["A"], "ballots": [], "rules": {"methodd": "irv"}})",
                "line 1, column 48: there is no rule of this name"},
        Mistake{R"({"candidates": ["A"], "ballots": [], "rules": {"quota": "x"}})",
                "line 1, column 57: it must be one of: droop, hare"},
        Mistake{R"({"candidates": ["A"], "ballots": [], "rules": {"decimals": -1}})",
                "line 1, column 60: this must be a whole number, at most 4294967295"},
        Mistake{R"({"candidates": ["A"], "ballots": [], "seats": 1, "rules": {"seats": 2}})",
                "line 1, column 60: seats is stated twice"},
        Mistake{R"({"candidates": ["A"], "ballots": [], "rules": {"ranksMax": 2, "ranks_max": 2}})",
                "line 1, column 63: ranks_max is stated twice"},
        Mistake{R"({"candidates": ["A"], "ballots": [], "rules": {"tie_break_order": [1]}})",
                "line 1, column 68: there is no candidate at this place"}));

}  // namespace
}  // namespace caucus::tally
