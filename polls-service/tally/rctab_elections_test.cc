// Counts the elections that RCTab's own tests count, and compares every number of every round.

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "polls-service/tally/count_election.h"
#include "polls-service/tally/java_random.h"
#include "polls-service/tally/recorded_elections.h"

namespace caucus::tally::testing {
namespace {

namespace json = boost::json;

constexpr char kWriteIns[] = "Undeclared Write-ins";

std::string TextOf(const json::value* value) {
  if (value == nullptr || value->is_null()) return "";
  if (value->is_string()) return std::string(value->get_string());
  return json::serialize(*value);
}

std::string RuleText(const json::object& rules, const char* name) {
  return TextOf(rules.if_contains(name));
}

bool RuleFlag(const json::object& rules, const char* name) {
  return RuleText(rules, name) == "true";
}

// Returns "177.5192" in units of 10^-decimals.
Votes Units(const json::value& value, uint32_t decimals) {
  std::string digits = TextOf(&value);
  const size_t point = std::min(digits.find('.'), digits.size());
  std::string fraction = digits.substr(std::min(point + 1, digits.size()));
  while (fraction.size() > decimals && fraction.ends_with('0')) fraction.pop_back();
  fraction.resize(std::max<size_t>(fraction.size(), decimals), '0');
  return std::stoll(digits.substr(0, point) + fraction);
}

struct Recorded {
  std::string name;
  Election election;
  Rules rules;
  uint64_t undervotes = 0;
  json::object file;
};

Rank RankOf(const json::value& cell, CandidateIndex write_ins) {
  if (cell.is_null()) return {};
  if (cell.is_int64()) return {.candidates = {static_cast<CandidateIndex>(cell.get_int64())}};
  if (cell.is_string() && cell.get_string() == "U") return {.candidates = {write_ins}};
  if (cell.is_string()) return {.candidates = {}, .is_overvote = true};
  Rank rank;
  for (const json::value& marked : cell.as_array()) {
    rank.candidates.push_back(static_cast<CandidateIndex>(marked.as_int64()));
  }
  return rank;
}

Rules RulesOf(const json::object& names) {
  Rules rules;
  rules.seats = static_cast<uint32_t>(std::stoul(RuleText(names, "numberOfWinners")));
  const bool is_stv = RuleText(names, "winnerElectionMode").starts_with("multiWinner");
  rules.method = is_stv ? Method::kStvWigm : Method::kInstantRunoff;
  rules.quota = RuleFlag(names, "hareQuota") ? Quota::kHare : Quota::kDroop;
  rules.decimals =
      static_cast<uint32_t>(std::stoul(RuleText(names, "decimalPlacesForVoteArithmetic")));
  const std::string ranks_max = RuleText(names, "maxRankingsAllowed");
  if (ranks_max != "max") rules.ranks_max = static_cast<uint32_t>(std::stoul(ranks_max));
  const std::string skipped_max = RuleText(names, "maxSkippedRanksAllowed");
  if (skipped_max != "unlimited") {
    rules.skipped_ranks_max = static_cast<uint32_t>(std::stoul(skipped_max));
  }
  rules.overvotes =
      std::map<std::string, OvervoteRule>{
          {"exhaustImmediately", OvervoteRule::kExhaust},
          {"alwaysSkipToNextRank", OvervoteRule::kSkipToNextRank},
          {"exhaustIfMultipleContinuing", OvervoteRule::kExhaustIfMultipleContinuing},
      }
          .at(RuleText(names, "overvoteRule"));
  if (RuleFlag(names, "exhaustOnDuplicateCandidate")) rules.duplicates = DuplicateRule::kExhaust;
  rules.batch_elimination = RuleFlag(names, "batchElimination");
  rules.until_two_remain = RuleFlag(names, "continueUntilTwoCandidatesRemain");
  return rules;
}

Recorded Read(const std::filesystem::path& path) {
  Recorded recorded{.name = path.stem(), .election = {}, .rules = {}, .file = {}};
  recorded.file = ReadJson(path).as_object();
  const json::object& file = recorded.file;
  std::vector<Candidate>& candidates = recorded.election.candidates;
  for (const json::value& name : file.at("candidates").as_array()) {
    candidates.push_back({.id = TextOf(&name), .name = TextOf(&name)});
  }
  for (const json::value& excluded : file.at("excluded").as_array()) {
    for (Candidate& candidate : candidates) {
      if (candidate.name == TextOf(&excluded)) candidate.withdrawn = true;
    }
  }
  recorded.rules = RulesOf(file.at("rules").as_object());
  const CandidateIndex write_ins = static_cast<CandidateIndex>(candidates.size());
  const json::object& first_round = file.at("expectedRounds").as_array().front().as_object();
  if (first_round.at("tally").as_object().contains(kWriteIns)) {
    candidates.push_back({.id = kWriteIns, .name = kWriteIns});
    recorded.rules.write_ins = write_ins;
  }
  for (const json::value& pattern : file.at("ballots").as_array()) {
    Ballots ballots{.count = pattern.as_array()[0].to_number<uint64_t>(), .ranks = {}};
    bool is_marked = false;
    for (const json::value& cell : pattern.as_array()[1].as_array()) {
      ballots.ranks.push_back(RankOf(cell, write_ins));
      is_marked = is_marked || !cell.is_null();
    }
    if (!is_marked) recorded.undervotes += ballots.count;
    recorded.election.ballots.push_back(std::move(ballots));
  }
  return recorded;
}

// Decides ties as RCTab does. Ties have to be shown to it in the order in which they occur.
class RctabLots {
 public:
  explicit RctabLots(const Recorded& recorded)
      : candidates_(recorded.election.candidates),
        mode_(RuleText(recorded.file.at("rules").as_object(), "tiebreakMode")) {
    const std::string seed = RuleText(recorded.file.at("rules").as_object(), "randomSeed");
    random_ = JavaRandom(seed.empty() ? 0 : std::stoull(seed));
    for (CandidateIndex i = 0; i < candidates_.size(); ++i) order_.push_back(i);
    if (mode_ != "generatePermutation") return;
    SortByName(order_);
    random_.Shuffle(order_);
  }

  CandidateIndex Choose(const Tie& tie) {
    std::vector<CandidateIndex> tied = tie.candidates;
    SortByName(tied);
    if (mode_ == "random") {
      return tied[static_cast<size_t>(
          std::floor(random_.NextDouble() * static_cast<double>(tied.size())))];
    }
    const auto place = [&](CandidateIndex candidate) {
      return std::find(order_.begin(), order_.end(), candidate);
    };
    std::sort(tied.begin(), tied.end(),
              [&](CandidateIndex a, CandidateIndex b) { return place(a) < place(b); });
    return tie.question == Tie::Question::kElection ? tied.front() : tied.back();
  }

 private:
  void SortByName(std::vector<CandidateIndex>& indices) const {
    std::sort(indices.begin(), indices.end(), [&](CandidateIndex a, CandidateIndex b) {
      return candidates_[a].name < candidates_[b].name;
    });
  }

  const std::vector<Candidate>& candidates_;
  std::string mode_;
  JavaRandom random_ = JavaRandom(0);
  std::vector<CandidateIndex> order_;
};

std::vector<Tie> TiesOf(const Count& count) {
  std::vector<Tie> ties;
  for (const Round& round : count.rounds) {
    ties.insert(ties.end(), round.ties.begin(), round.ties.end());
  }
  return ties;
}

// Whom a tie chose is in no later tie. So an order that begins with whom RCTab chose, tie by tie,
// makes our count choose alike; each count makes one more tie known.
Count CountWithLots(Recorded& recorded) {
  RctabLots lots(recorded);
  std::vector<CandidateIndex> chosen;
  while (true) {
    std::vector<CandidateIndex> order = chosen;
    for (CandidateIndex i = 0; i < recorded.election.candidates.size(); ++i) {
      if (std::find(chosen.begin(), chosen.end(), i) == chosen.end()) order.push_back(i);
    }
    recorded.rules.tie_break_order = order;
    auto count = CountElection(recorded.election, recorded.rules);
    EXPECT_TRUE(count.ok()) << count.status().ToString();
    if (!count.ok()) return {};
    const std::vector<Tie> ties = TiesOf(*count);
    if (ties.size() <= chosen.size()) return *std::move(count);
    chosen.push_back(lots.Choose(ties[chosen.size()]));
  }
}

using Named = std::map<std::string, Votes>;

Named TalliesOf(const Recorded& recorded, const Round& round) {
  Named tallies;
  for (size_t i = 0; i < round.tallies.size(); ++i) {
    if (round.tallies[i]) tallies[recorded.election.candidates[i].name] = *round.tallies[i];
  }
  return tallies;
}

Named UnitsOf(const json::object& numbers, uint32_t decimals) {
  Named units;
  for (const auto& [name, number] : numbers) {
    const Votes votes = Units(number, decimals);
    units[std::string(name)] = votes;
  }
  return units;
}

void ExpectInactive(const Recorded& recorded, const Count& count, const Round& round,
                    const json::object& expected) {
  Votes one_vote = 1;
  for (uint32_t i = 0; i < count.decimals; ++i) one_vote *= 10;
  const Inactive& inactive = round.inactive;
  // RCTab reports undervotes apart from the rounds.
  const Votes exhausted =
      inactive.exhausted_choices - static_cast<Votes>(recorded.undervotes) * one_vote;
  const Named units = UnitsOf(expected, count.decimals);
  if (units.contains("finalRoundSurplus")) {
    // There the ballots of the last surplus stand apart, whatever is next on them.
    Votes sum = 0;
    for (const auto& [reason, votes] : units) sum += votes;
    EXPECT_EQ(
        exhausted + inactive.overvotes + inactive.repeated_rankings + inactive.skipped_rankings,
        sum);
    return;
  }
  EXPECT_EQ(exhausted, units.at("exhaustedChoices"));
  EXPECT_EQ(inactive.overvotes, units.at("overvotes"));
  EXPECT_EQ(inactive.repeated_rankings, units.at("repeatedRankings"));
  EXPECT_EQ(inactive.skipped_rankings, units.at("skippedRankings"));
}

struct Actions {
  std::set<std::string> elected;
  std::set<std::string> eliminated;
  std::map<std::pair<std::string, std::string>, Votes> transfers;
  Votes residual = 0;
};

Actions ExpectedActions(const json::array& actions, uint32_t decimals) {
  Actions expected;
  for (const json::value& value : actions) {
    const json::object& action = value.as_object();
    const bool is_elected = action.contains("elected");
    const std::string name = TextOf(&action.at(is_elected ? "elected" : "eliminated"));
    (is_elected ? expected.elected : expected.eliminated).insert(name);
    for (const auto& [to, votes] : UnitsOf(action.at("transfers").as_object(), decimals)) {
      if (to == "residual surplus") {
        expected.residual += votes;
      } else if (votes > 0) {
        expected.transfers[{name, to}] = votes;
      }
    }
  }
  return expected;
}

Actions ActionsOf(const Recorded& recorded, const Round& round, Votes residual) {
  const std::vector<Candidate>& candidates = recorded.election.candidates;
  Actions actions{.residual = residual};
  for (const CandidateIndex i : round.elected) actions.elected.insert(candidates[i].name);
  for (const CandidateIndex i : round.eliminated) actions.eliminated.insert(candidates[i].name);
  for (const Transfer& transfer : round.transfers) {
    const std::string to = transfer.to ? candidates[*transfer.to].name : "exhausted";
    actions.transfers[{candidates[transfer.from].name, to}] = transfer.votes;
  }
  return actions;
}

TEST(RctabElectionsTest, AgreeInEveryRound) {
  const auto folder = ElectionsFolder();
  if (!folder) GTEST_SKIP() << "no recorded elections here";
  int files = 0;
  for (const auto& path : FilesIn(*folder / "normalized", ".json")) {
    SCOPED_TRACE(path.filename().string());
    ++files;
    Recorded recorded = Read(path);
    const Count count = CountWithLots(recorded);
    EXPECT_EQ(count.ballots, recorded.file.at("totalBallots").to_number<uint64_t>());
    const json::array& rounds = recorded.file.at("expectedRounds").as_array();
    ASSERT_EQ(count.rounds.size(), rounds.size());
    for (size_t i = 0; i < rounds.size(); ++i) {
      SCOPED_TRACE("round " + std::to_string(i + 1));
      const json::object& expected = rounds[i].as_object();
      const Round& round = count.rounds[i];
      EXPECT_EQ(round.threshold, Units(expected.at("threshold"), count.decimals));
      EXPECT_EQ(TalliesOf(recorded, round),
                UnitsOf(expected.at("tally").as_object(), count.decimals));
      ExpectInactive(recorded, count, round, expected.at("inactive").as_object());
      const Votes residual = i + 1 < rounds.size()
                                 ? count.rounds[i + 1].inactive.residual - round.inactive.residual
                                 : 0;
      const Actions actions = ActionsOf(recorded, round, residual);
      const Actions wanted = ExpectedActions(expected.at("actions").as_array(), count.decimals);
      EXPECT_EQ(actions.elected, wanted.elected);
      EXPECT_EQ(actions.eliminated, wanted.eliminated);
      EXPECT_EQ(actions.transfers, wanted.transfers);
      EXPECT_EQ(actions.residual, wanted.residual);
    }
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace caucus::tally::testing
