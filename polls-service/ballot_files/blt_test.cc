#include "polls-service/ballot_files/blt.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/testing/status_matchers.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {
namespace {

using absl::StatusCode;

constexpr std::string_view kExample = R"(4 2              # 4 candidates, 2 seats
-2               # the second has withdrawn
[nick a b c d] [tie a b c d] [droop arithmetic=fixed]
3 1 3 4 0        /* three
                    ballots */
1 2=3 - 1 0
2 0
0
"Adam" "Basil" "Char""lotte" "Zoë"
"A title" "a source" "a comment"
)";

Election Example() {
  Election election;
  election.title = "A title";
  election.candidates = {{.id = "Adam", .name = "Adam", .withdrawn = false},
                         {.id = "Basil", .name = "Basil", .withdrawn = true},
                         {.id = "Char\"lotte", .name = "Char\"lotte", .withdrawn = false},
                         {.id = "Zoë", .name = "Zoë", .withdrawn = false}};
  election.ballots = {{.count = 3, .ranks = {{{0}}, {{2}}, {{3}}}},
                      {.count = 1, .ranks = {{{1, 2}}, {}, {{0}}}},
                      {.count = 2, .ranks = {}}};
  return election;
}

std::vector<Ballots> BallotsOf(std::string_view blt) {
  const absl::StatusOr<BallotFile> file = ParseBlt(blt);
  EXPECT_OK(file);
  return file.ok() ? file->election.ballots : std::vector<Ballots>();
}

TEST(BltTest, ReadsEveryExtension) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBlt(kExample));
  EXPECT_EQ(file.election, Example());
  EXPECT_EQ(file.rules.seats, 2);
  EXPECT_FALSE(file.states_method);
}

TEST(BltTest, ReadsWhatItWrote) {
  ASSERT_OK_AND_ASSIGN(const std::string blt, WriteBlt(Example(), 3));
  EXPECT_EQ(blt,
            "4 3\n-2\n3 1 3 4 0\n1 2=3 - 1 0\n2 0\n0\n\"Adam\"\n\"Basil\"\n\"Char\"\"lotte\"\n"
            "\"Zoë\"\n\"A title\"\n");
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBlt(blt));
  EXPECT_EQ(file.election, Example());
  EXPECT_EQ(file.rules.seats, 3);
}

TEST(BltTest, TakesNewlinesForWhiteSpace) {
  EXPECT_EQ(BallotsOf("2 1 3 1 2 0 1 2 0 0 \"A\" \"B\" \"T\""),
            BallotsOf("2\r\n1\r\n3\r\n1\r\n2\r\n0\r\n1 2\n0\n0\n\"A\"\"T\" \"B\"\n"));
}

TEST(BltTest, ReadsBallotIdsWithAWeightOfOne) {
  EXPECT_EQ(BallotsOf("2 1 (b 1) 1 1 2 0 (b2) 1 2 0 0 \"A\" \"B\" \"T\""),
            BallotsOf("2 1 1 1 2 0 1 2 0 0 \"A\" \"B\" \"T\""));
}

TEST(BltTest, ReadsBallotIdsInPlaceOfTheWeight) {
  EXPECT_EQ(BallotsOf("2 1 (b1) 1 2 0 (b2)2 0 0 \"A\" \"B\" \"T\""),
            BallotsOf("2 1 1 1 2 0 1 2 0 0 \"A\" \"B\" \"T\""));
}

TEST(BltTest, GivesCandidatesOfOneNameDifferentIds) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseBlt("5 1 0 \"A\" \"B\" \"A\" \"A#1\" \"\""));
  std::vector<std::string> ids;
  for (const Candidate& candidate : file.election.candidates) ids.push_back(candidate.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"A#1#1", "B", "A#3", "A#1", "#5"}));
}

TEST(BltTest, CannotWriteAnUnknownOvervote) {
  Election election = Example();
  election.ballots[0].ranks[1] = {.candidates = {}, .is_overvote = true};
  EXPECT_THAT(WriteBlt(election, 1), StatusIs(StatusCode::kInvalidArgument));
}

struct Mistake {
  std::string_view blt;
  std::string_view message;
};

class BltMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(BltMistakeTest, IsToldWithItsPlace) {
  EXPECT_THAT(ParseBlt(GetParam().blt),
              StatusIs(StatusCode::kInvalidArgument, std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Blt, BltMistakeTest,
    testing::Values(
        Mistake{"", "line 1, column 1: the file ends where the number of candidates should stand"},
        Mistake{"x 1", "line 1, column 1: here should stand the number of candidates"},
        Mistake{"0 1", "line 1, column 1: there must be at least one candidate"},
        Mistake{"10001 1", "line 1, column 1: there are more than 10000 candidates"},
        Mistake{"3 4",
                "line 1, column 3: the number of seats must be from 1 to 3, the number of "
                "candidates"},
        Mistake{"3 1\n-4", "line 2, column 1: a candidate's number must be from 1 to 3"},
        Mistake{"3 1\n[colour red]",
                "line 2, column 1: the options are [nick …], [tie …] and [droop …]; this is none "
                "of them"},
        Mistake{"3 1\n[tie 1", "line 2, column 1: an option begins here and has no end"},
        Mistake{"3 1\n1 2 4 0", "line 2, column 5: a candidate's number must be from 1 to 3"},
        Mistake{"3 1\n1 2=x 0", "line 2, column 5: a candidate's number must be from 1 to 3"},
        Mistake{"3 1\n1 2= 0", "line 2, column 5: a candidate's number must be from 1 to 3"},
        Mistake{"3 1\n1 2=2 0", "line 2, column 5: the candidate stands twice at this rank"},
        Mistake{"3 1\n1 -2 0", "line 2, column 3: a candidate's number must be from 1 to 3"},
        Mistake{"3 1\n1.5 2 0",
                "line 2, column 1: here should stand the weight of a ballot, or 0 after the last"},
        Mistake{"3 1\n1000000000001 2 0",
                "line 2, column 1: there are more than 1000000000000 ballots"},
        Mistake{"3 1\n99999999999999999999 2 0",
                "line 2, column 1: here should stand the weight of a ballot, or 0 after the last"},
        Mistake{"3 1\n1 2 \"A\"",
                "line 2, column 5: here should stand a candidate's number, or 0 after the last"},
        Mistake{"3 1\n1 2",
                "line 2, column 4: the file ends where a candidate's number, or 0 after the last "
                "should stand"},
        Mistake{"2 1\n0\n\"Zoë\" B",
                "line 3, column 7: here should stand the name of candidate 2 of 2, in double "
                "quotes"},
        Mistake{"1 1 0 \"A\x1B\"",
                "line 1, column 7: the name of candidate 1 of 1 has control characters"},
        Mistake{"1 1 0 \"A", "line 1, column 7: a quoted text begins here and has no end"},
        Mistake{"1 1 /* 0", "line 1, column 5: this comment has no end"},
        Mistake{"1 1 0 \"A\" \"T\" 3", "line 1, column 15: here should stand the end of the file"},
        Mistake{"1 1 0 \"A\" \"T\" \"s\" \"c\" \"d\"",
                "line 1, column 23: here should stand the end of the file"}));

}  // namespace
}  // namespace caucus::tally
