#include "polls-service/ballot_files/abif.h"

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

std::vector<Ballots> BallotsOf(std::string_view abif) {
  const absl::StatusOr<BallotFile> file = ParseAbif(abif);
  EXPECT_OK(file);
  return file.ok() ? file->election.ballots : std::vector<Ballots>();
}

TEST(AbifTest, ReadsMetadataDeclarationsAndVotes) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseAbif(R"(
{version: "0.1"}
{"title": "Capital of \"Tennessee\"", approved: true}   # two at once
{description: "", tally_method: "IRV"}
42:Memph>Nash = Chat,Knox
  26 : Nash/5 > Chat/3 # a comment
15:[Memphis, TN]>"Knox">[Oak Ridge]
3:
0:Nowhere
=Memph:[Memphis, TN]
=Nash:[Nashville]
)"));
  const Election& election = file.election;
  EXPECT_EQ(election.title, "Capital of \"Tennessee\"");
  EXPECT_EQ(election.candidates,
            (std::vector<Candidate>{{.id = "Memph", .name = "Memphis, TN", .withdrawn = false},
                                    {.id = "Nash", .name = "Nashville", .withdrawn = false},
                                    {.id = "Chat", .name = "Chat", .withdrawn = false},
                                    {.id = "Knox", .name = "Knox", .withdrawn = false},
                                    {.id = "Oak Ridge", .name = "Oak Ridge", .withdrawn = false},
                                    {.id = "Nowhere", .name = "Nowhere", .withdrawn = false}}));
  EXPECT_EQ(election.ballots, (std::vector<Ballots>{{.count = 42, .ranks = {{{0}}, {{1, 2, 3}}}},
                                                    {.count = 26, .ranks = {{{1}}, {{2}}}},
                                                    {.count = 15, .ranks = {{{0}}, {{3}}, {{4}}}},
                                                    {.count = 3, .ranks = {}}}));
  EXPECT_TRUE(file.states_method);
  EXPECT_EQ(file.rules.method, Method::kInstantRunoff);
}

TEST(AbifTest, TakesScoresForTheOrderWhereOnlyCommasSeparate) {
  EXPECT_EQ(BallotsOf("7:A/5,B/2,C/5"),
            (std::vector<Ballots>{{.count = 7, .ranks = {{{0, 2}}, {{1}}}}}));
  EXPECT_EQ(BallotsOf("7:A/2,B,C/5"), (std::vector<Ballots>{{.count = 7, .ranks = {{{0, 1, 2}}}}}));
  EXPECT_EQ(BallotsOf("7:A/2=B/5"), (std::vector<Ballots>{{.count = 7, .ranks = {{{0, 1}}}}}));
  EXPECT_EQ(BallotsOf("7:A/2>B/5"), (std::vector<Ballots>{{.count = 7, .ranks = {{{0}}, {{1}}}}}));
}

TEST(AbifTest, ReadsAFileWithoutVotes) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseAbif("# nothing yet\n=A:[Ann]\r\n=B:Bob\r\n"));
  EXPECT_EQ(file.election.candidates.size(), 2);
  EXPECT_TRUE(file.election.ballots.empty());
  EXPECT_FALSE(file.states_method);
}

TEST(AbifTest, ReadsOverAMethodThatItDoesNotKnow) {
  ASSERT_OK_AND_ASSIGN(const BallotFile file, ParseAbif("{tally_method: \"STAR\"}\n1:A"));
  EXPECT_FALSE(file.states_method);
}

struct Mistake {
  std::string_view abif;
  std::string_view message;
};

class AbifMistakeTest : public testing::TestWithParam<Mistake> {};

TEST_P(AbifMistakeTest, IsToldWithItsPlace) {
  EXPECT_THAT(ParseAbif(GetParam().abif),
              StatusIs(StatusCode::kInvalidArgument, std::string(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    Abif, AbifMistakeTest,
    testing::Values(
        Mistake{"", "line 1, column 1: the file is empty"},
        Mistake{" \n", "line 1, column 1: the file is empty"},
        Mistake{"5:\n3:\n \n", "line 2, column 1: an election needs candidates"},
        Mistake{"# nothing", "line 1, column 1: an election needs candidates"},
        Mistake{"1:A=", "line 1, column 5: here should stand a candidate"},
        Mistake{"1:A>#B", "line 1, column 5: here should stand a candidate"},
        Mistake{"1:>A", "line 1, column 3: here should stand a candidate"},
        Mistake{"1:Zoë A",
                "line 1, column 7: here should stand '>', '=', ',' or the end of the line"},
        Mistake{"1:A>A=A", "line 1, column 7: the candidate stands twice at this rank"},
        Mistake{"1:A/x", "line 1, column 5: here should stand a score, a whole number"},
        Mistake{"1:[A", "line 1, column 3: this bracket has no end"},
        Mistake{"1:[]", "line 1, column 3: here should stand a candidate"},
        Mistake{"1:\"A", "line 1, column 3: this quoted text is malformed or has no end"},
        Mistake{"1 A", "line 1, column 3: here should stand ':' after the number of ballots"},
        Mistake{"1.5:A", "line 1, column 2: here should stand ':' after the number of ballots"},
        Mistake{"1000000000001:A", "line 1, column 1: there are more than 1000000000000 ballots"},
        Mistake{"A>B",
                "line 1, column 1: here should stand a number of ballots, '=' before a candidate, "
                "'{' or '#'"},
        Mistake{"=A:[Ann]\n=A:[Abe]",
                "line 2, column 2: this token stands for another candidate already"},
        Mistake{"=A", "line 1, column 3: here should stand ':' and the candidate's name"},
        Mistake{"=A:", "line 1, column 4: here should stand the candidate's name, in brackets"},
        Mistake{"=A:[Ann] x", "line 1, column 10: here should stand the end of the line"},
        Mistake{"{title \"x\"}", "line 1, column 8: here should stand ':'"},
        Mistake{"{title: [1]}",
                "line 1, column 9: here should stand a text, a number, true, false or null"},
        Mistake{"{title: \"x\"", "line 1, column 12: here should stand '}'"},
        Mistake{"{title: \"\\u001b\"}",
                "line 1, column 9: the value of metadata has control characters"}));

}  // namespace
}  // namespace caucus::tally
