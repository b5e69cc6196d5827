// Counts real elections and compares with what was published or counted independently.

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "polls-service/tally/count_election.h"
#include "polls-service/tally/recorded_elections.h"

namespace caucus::tally::testing {
namespace {

namespace json = boost::json;

std::vector<std::string> Names(const json::value& array) {
  std::vector<std::string> names;
  for (const json::value& name : array.as_array()) names.emplace_back(name.as_string());
  return names;
}

Count MustCount(const Election& election, const Rules& rules) {
  auto count = CountElection(election, rules);
  EXPECT_TRUE(count.ok()) << count.status().ToString();
  return count.ok() ? *std::move(count) : Count{};
}

TEST(GlasgowTest, AgreesInQuotasStagesAndSeats) {
  const auto folder = ElectionsFolder();
  if (!folder) GTEST_SKIP() << "no recorded elections here";
  const json::value wards = ReadJson(*folder / "glasgow2007" / "expected_summary.json");
  for (const json::value& value : wards.as_array()) {
    const json::object& expected = value.as_object();
    const std::string ward(expected.at("ward").as_string());
    SCOPED_TRACE(ward);
    uint32_t seats = 0;
    const Election election = ReadBlt(ReadFile(*folder / "glasgow2007" / (ward + ".blt")), seats);
    ASSERT_EQ(seats, expected.at("seats").to_number<uint32_t>());
    const Count count = MustCount(election, {.method = Method::kStvScottish, .seats = seats});
    EXPECT_EQ(count.ballots, expected.at("ballots").to_number<uint64_t>());
    const std::vector<std::string> winners = Names(expected.at("elected"));
    size_t stages = 0;  // Transfers of a surplus or of the votes of an eliminated candidate.
    size_t elected = 0;
    std::vector<std::string> defeated;
    size_t ties = 0;
    for (const Round& round : count.rounds) {
      EXPECT_EQ(round.threshold, expected.at("quota").to_number<int64_t>() * 100000);
      if (!round.eliminated.empty() || !round.transfers.empty()) ++stages;
      // Whom one stage elects is in no order of its own.
      std::set<std::string> names;
      std::set<std::string> wanted;
      for (const CandidateIndex i : round.elected) {
        names.insert(election.candidates[i].name);
        wanted.insert(winners.at(elected++));
      }
      EXPECT_EQ(names, wanted);
      for (const CandidateIndex i : round.eliminated) {
        defeated.push_back(election.candidates[i].name);
      }
      ties += round.ties.size();
    }
    EXPECT_EQ(elected, winners.size());
    EXPECT_EQ(stages, expected.at("rounds").to_number<size_t>());
    std::vector<std::string> wanted = Names(expected.at("defeated"));
    std::set<std::string> not_elected;
    for (const Standing& standing : count.standings) {
      if (!standing.elected) not_elected.insert(election.candidates[standing.candidate].name);
    }
    EXPECT_EQ(not_elected, std::set<std::string>(wanted.begin(), wanted.end()));
    ASSERT_LE(defeated.size(), wanted.size());
    wanted.resize(defeated.size());
    EXPECT_EQ(defeated, wanted);
    EXPECT_EQ(ties, expected.at("ties").as_array().size());
  }
}

struct Contest {
  std::string key;
  Election election;
  uint32_t places;  // Of the weighted score.
};

// The ballots of a contest as a published recount projected them: named candidates only.
Election ProjectedMinneapolis(const std::filesystem::path& path) {
  const json::value file = ReadJson(path);
  Election election;
  for (const json::value& name : file.as_object().at("candidates").as_array()) {
    election.candidates.push_back(
        {.id = std::string(name.as_string()), .name = std::string(name.as_string())});
  }
  for (const json::value& pattern : file.as_object().at("ballots").as_array()) {
    Ballots ballots{.count = pattern.as_array()[0].to_number<uint64_t>(), .ranks = {}};
    for (const json::value& cell : pattern.as_array()[1].as_array()) {
      if (!cell.is_int64()) continue;
      ballots.ranks.push_back({.candidates = {static_cast<CandidateIndex>(cell.get_int64())}});
    }
    election.ballots.push_back(std::move(ballots));
  }
  return election;
}

std::vector<Contest> Contests(const std::filesystem::path& folder) {
  Election tennessee = ReadAbif(ReadFile(folder / "abif" / "tennessee-example-simple.abif"));
  const std::map<std::string, std::string> towns = {
      {"Memph", "Memphis"}, {"Nash", "Nashville"}, {"Chat", "Chattanooga"}, {"Knox", "Knoxville"}};
  for (Candidate& town : tennessee.candidates) town.name = towns.at(town.name);
  return {
      {"burlington_2009_mayor", ReadAbif(ReadFile(folder / "abif" / "burl2009.abif")), 5},
      {"tennessee", std::move(tennessee), 3},
      {"debian_dpl_2006", ReadDebianSheet(ReadFile(folder / "debian" / "leader2006_tally.txt")), 3},
      {"debian_dpl_2020", ReadDebianSheet(ReadFile(folder / "debian" / "leader2020_tally.txt")), 3},
      {"2017_minneapolis_mayor_projected (skips, overvotes, write-ins dropped)",
       ProjectedMinneapolis(folder / "normalized" / "2017_minneapolis_mayor.json"), 3},
  };
}

using Numbers = std::map<std::string, double>;

Numbers NumbersOf(const json::value& object) {
  Numbers numbers;
  for (const auto& [name, number] : object.as_object()) {
    const double value = number.to_number<double>();
    numbers[std::string(name)] = value;
  }
  return numbers;
}

Numbers Scores(const Election& election, const Count& count,
               const std::function<double(const Standing&)>& score) {
  Numbers numbers;
  for (const Standing& standing : count.standings) {
    numbers[election.candidates[standing.candidate].name] = score(standing);
  }
  return numbers;
}

double Score(const Standing& standing) { return static_cast<double>(standing.score); }

std::vector<std::string> Order(const Election& election, const Count& count) {
  std::vector<std::string> names;
  for (const Standing& standing : count.standings) {
    names.push_back(election.candidates[standing.candidate].name);
  }
  return names;
}

std::vector<std::string> Winner(const Election& election, const Count& count) {
  return {election.candidates[count.standings.front().candidate].name};
}

// Runs `check` for every contest of multimethod_expected.json.
void ForEachContest(const std::function<void(const Contest&, const json::object&)>& check) {
  const auto folder = ElectionsFolder();
  if (!folder) GTEST_SKIP() << "no recorded elections here";
  const json::value expected = ReadJson(*folder / "multimethod_expected.json");
  const std::vector<Contest> contests = Contests(*folder);
  EXPECT_EQ(contests.size(), expected.as_object().size());
  for (const Contest& contest : contests) {
    SCOPED_TRACE(contest.key);
    check(contest, expected.as_object().at(contest.key).as_object());
  }
}

TEST(MultimethodTest, AgreesInFirstPreferences) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    const Count count = MustCount(contest.election, {.method = Method::kPlurality});
    EXPECT_EQ(Scores(contest.election, count, Score), NumbersOf(expected.at("first_preferences")));
    EXPECT_EQ(Winner(contest.election, count), Names(expected.at("plurality")));
  });
}

TEST(MultimethodTest, AgreesInBordaPoints) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    const Count count = MustCount(contest.election, {.method = Method::kBorda});
    EXPECT_EQ(count.standings.front().score_denominator, 2);
    EXPECT_EQ(Scores(contest.election, count, Score),
              NumbersOf(expected.at("borda_unranked_zero (points x2)")));
  });
}

TEST(MultimethodTest, AgreesInWeightedScores) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    const Count count =
        MustCount(contest.election, {.method = Method::kWeighted, .ranks_max = contest.places});
    const Numbers scores = Scores(contest.election, count, [](const Standing& standing) {
      const double exact =
          static_cast<double>(standing.score) / static_cast<double>(standing.score_denominator);
      return std::round(exact * 1e6) / 1e6;
    });
    const std::string key = "rankr_weighted_v" + std::to_string(contest.places);
    const Numbers wanted = NumbersOf(expected.at(key));
    ASSERT_EQ(scores.size(), wanted.size());
    for (const auto& [name, score] : wanted) EXPECT_NEAR(scores.at(name), score, 1e-9) << name;
  });
}

TEST(MultimethodTest, AgreesInComparedPairs) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    const std::vector<Candidate>& candidates = contest.election.candidates;
    const Count count = MustCount(contest.election, {.method = Method::kCopeland});
    for (size_t a = 0; a < candidates.size(); ++a) {
      Numbers row;
      for (size_t b = 0; b < candidates.size(); ++b) {
        row[candidates[b].name] = static_cast<double>(count.pairwise[a][b]);
      }
      EXPECT_EQ(row, NumbersOf(expected.at("pairwise").at(candidates[a].name)));
    }
    EXPECT_EQ(Scores(contest.election, count, Score), NumbersOf(expected.at("copeland")));
    EXPECT_EQ(Winner(contest.election, count), Names(expected.at("condorcet_winner")));
  });
}

TEST(MultimethodTest, AgreesInSchulzeOrders) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    Rules rules{.method = Method::kSchulze};
    const Count count = MustCount(contest.election, rules);
    const std::vector<std::string> wanted = Names(expected.at("schulze_wv_order"));
    // Equals are in no order of their own.
    std::map<std::string, uint32_t> ranks;
    for (const Standing& standing : count.standings) {
      ranks[contest.election.candidates[standing.candidate].name] = standing.rank;
    }
    EXPECT_EQ(ranks.size(), wanted.size());
    for (size_t i = 1; i < wanted.size(); ++i) {
      EXPECT_LE(ranks.at(wanted[i - 1]), ranks.at(wanted[i])) << wanted[i];
    }
    EXPECT_EQ(Winner(contest.election, count)[0], wanted[0]);
  });
}

TEST(MultimethodTest, AgreesInMinimaxAndRankedPairs) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    const Count minimax = MustCount(contest.election, {.method = Method::kMinimax});
    EXPECT_EQ(Scores(contest.election, minimax, Score),
              NumbersOf(expected.at("minimax_wv_worst_defeat")));
    const Count ranked_pairs = MustCount(contest.election, {.method = Method::kRankedPairs});
    EXPECT_EQ(Winner(contest.election, ranked_pairs), Names(expected.at("ranked_pairs_wv_winner")));
  });
}

// The recount let ballots with equal ranks count again once one of the equals was left, which is
// not what our rules do: exhaustion is final. A round of it is the first round among those who were
// left.
TEST(MultimethodTest, AgreesInRunoffRounds) {
  ForEachContest([](const Contest& contest, const json::object& expected) {
    for (const json::value& value : expected.at("irv_rounds").as_array()) {
      const json::object& round = value.as_object();
      const Numbers wanted = NumbersOf(round.at("tally"));
      Election left = contest.election;
      for (Candidate& candidate : left.candidates) {
        candidate.withdrawn = !wanted.contains(candidate.name);
      }
      const Count count = MustCount(left, {.method = Method::kInstantRunoff});
      EXPECT_EQ(Scores(left, MustCount(left, {.method = Method::kPlurality}), Score), wanted);
      const Inactive& inactive = count.rounds.front().inactive;
      EXPECT_EQ(inactive.exhausted_choices + inactive.overvotes,
                round.at("inactive").to_number<int64_t>());
    }
    const Count count = MustCount(contest.election, {.method = Method::kInstantRunoff});
    EXPECT_EQ(Winner(contest.election, count), Names(expected.at("irv_winner")));
  });
}

TEST(MultimethodTest, EndsBurlingtonWithBallotsThatStayExhausted) {
  const auto folder = ElectionsFolder();
  if (!folder) GTEST_SKIP() << "no recorded elections here";
  const Election election = ReadAbif(ReadFile(*folder / "abif" / "burl2009.abif"));
  const Count count = MustCount(election, {.method = Method::kInstantRunoff});
  std::map<std::string, int64_t> last;
  for (size_t i = 0; i < election.candidates.size(); ++i) {
    if (const auto votes = count.rounds.back().tallies[i])
      last[election.candidates[i].name] = *votes;
  }
  EXPECT_EQ(last, (std::map<std::string, int64_t>{{"Kiss", 4313}, {"Wright", 4060}}));
}

TEST(MultimethodTest, FindsAnotherDebianLeaderIfUnrankedAreNotCompared) {
  const auto folder = ElectionsFolder();
  if (!folder) GTEST_SKIP() << "no recorded elections here";
  const Election election = ReadDebianSheet(ReadFile(*folder / "debian" / "leader2006_tally.txt"));
  Rules rules{.method = Method::kSchulze};
  EXPECT_EQ(Order(election, MustCount(election, rules))[0], "Anthony Towns");
  rules.unranked = UnrankedRule::kNotCompared;
  EXPECT_EQ(Order(election, MustCount(election, rules))[0], "Steve McIntyre");
}

}  // namespace
}  // namespace caucus::tally::testing
