// Whatever the ballots say, this holds. Seeds are fixed; a failure tells its seed.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "polls-service/tally/arbitrary_election.h"
#include "polls-service/tally/count_election.h"
#include "polls-service/tally/count_invariants.h"

namespace caucus::tally::testing {
namespace {

constexpr uint64_t kSeeds = 400;

Choose RandomChoices(uint64_t seed) {
  return [random = std::mt19937_64(seed)](uint32_t bound) mutable {
    return static_cast<uint32_t>(random() % bound);
  };
}

Count MustCount(const Election& election, const Rules& rules) {
  auto count = CountElection(election, rules);
  EXPECT_TRUE(count.ok()) << count.status().ToString();
  return count.ok() ? *std::move(count) : Count{};
}

class CountPropertyTest : public ::testing::TestWithParam<Method> {};

TEST_P(CountPropertyTest, KeepsItsInvariants) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Choose choose = RandomChoices(seed);
    const Election election = ArbitraryElection(choose);
    const Rules rules = ArbitraryRules(election, GetParam(), choose);
    EXPECT_EQ(ViolatedInvariant(election, rules, MustCount(election, rules)), "")
        << "seed " << seed;
  }
}

TEST_P(CountPropertyTest, CountsTheSameAgain) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Choose choose = RandomChoices(seed);
    const Election election = ArbitraryElection(choose);
    const Rules rules = ArbitraryRules(election, GetParam(), choose);
    EXPECT_EQ(MustCount(election, rules), MustCount(election, rules)) << "seed " << seed;
  }
}

// An election with its ballots and candidates in another order.
struct Permuted {
  Permuted(const Election& election, const Rules& rules, uint64_t seed)
      : election(election), rules(rules) {
    std::mt19937_64 random(seed);
    for (CandidateIndex i = 0; i < election.candidates.size(); ++i) old_index.push_back(i);
    std::shuffle(old_index.begin(), old_index.end(), random);
    new_index.resize(old_index.size());
    for (CandidateIndex i = 0; i < old_index.size(); ++i) {
      new_index[old_index[i]] = i;
      this->election.candidates[i] = election.candidates[old_index[i]];
    }
    for (Ballots& ballots : this->election.ballots) {
      for (Rank& rank : ballots.ranks) Relabel(rank.candidates, new_index);
    }
    std::shuffle(this->election.ballots.begin(), this->election.ballots.end(), random);
    Relabel(this->rules.tie_break_order, new_index);
    if (rules.write_ins) this->rules.write_ins = new_index[*rules.write_ins];
  }

  static void Relabel(std::vector<CandidateIndex>& candidates,
                      const std::vector<CandidateIndex>& labels) {
    for (CandidateIndex& candidate : candidates) candidate = labels[candidate];
  }

  // Returns the count of this election with the labels of the other.
  Count WithOldLabels(Count count) const {
    for (Standing& standing : count.standings) standing.candidate = old_index[standing.candidate];
    const auto rows = count.pairwise;
    for (size_t a = 0; a < rows.size(); ++a) {
      for (size_t b = 0; b < rows.size(); ++b) {
        count.pairwise[old_index[a]][old_index[b]] = rows[a][b];
      }
    }
    for (Round& round : count.rounds) {
      const auto tallies = round.tallies;
      for (size_t i = 0; i < tallies.size(); ++i) round.tallies[old_index[i]] = tallies[i];
      Relabel(round.elected, old_index);
      Relabel(round.eliminated, old_index);
      for (Transfer& transfer : round.transfers) {
        transfer.from = old_index[transfer.from];
        if (transfer.to) transfer.to = old_index[*transfer.to];
      }
      for (Tie& tie : round.ties) {
        Relabel(tie.candidates, old_index);
        std::sort(tie.candidates.begin(), tie.candidates.end());
        Relabel(tie.order, old_index);
        tie.chosen = old_index[tie.chosen];
      }
    }
    return count;
  }

  Election election;
  Rules rules;
  std::vector<CandidateIndex> old_index;
  std::vector<CandidateIndex> new_index;
};

// Transfers of a round are listed by candidate.
void SortTransfers(Count& count) {
  for (Round& round : count.rounds) {
    std::sort(round.transfers.begin(), round.transfers.end(),
              [](const Transfer& a, const Transfer& b) {
                return std::tie(a.from, a.to) < std::tie(b.from, b.to);
              });
  }
}

TEST_P(CountPropertyTest, DependsNeitherOnTheOrderOfBallotsNorOfCandidates) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Choose choose = RandomChoices(seed);
    const Election election = ArbitraryElection(choose);
    const Rules rules = ArbitraryRules(election, GetParam(), choose);
    const Permuted permuted(election, rules, seed);
    Count count = MustCount(election, rules);
    Count again = permuted.WithOldLabels(MustCount(permuted.election, permuted.rules));
    SortTransfers(count);
    SortTransfers(again);
    ASSERT_EQ(count, again) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, CountPropertyTest, ::testing::ValuesIn(kMethods));

class MajorityTest : public ::testing::TestWithParam<Method> {};

TEST_P(MajorityTest, ElectsWhomMoreThanHalfRankFirst) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    Election election = StrictElection(RandomChoices(seed));
    uint64_t ballots = 0;
    for (const Ballots& pile : election.ballots) ballots += pile.count;
    election.ballots.push_back({.count = ballots + 1, .ranks = {{.candidates = {0}}}});
    const Count count = MustCount(election, {.method = GetParam()});
    EXPECT_EQ(count.standings.front().candidate, 0u) << "seed " << seed;
    EXPECT_EQ(count.standings.front().rank, 1u);
  }
}

INSTANTIATE_TEST_SUITE_P(Methods, MajorityTest,
                         ::testing::Values(Method::kPlurality, Method::kInstantRunoff,
                                           Method::kStvScottish, Method::kStvWigm, Method::kSchulze,
                                           Method::kRankedPairs, Method::kMinimax,
                                           Method::kCopeland));

class CondorcetTest : public ::testing::TestWithParam<Method> {};

// Returns who beats every other candidate.
std::optional<CandidateIndex> BeatsAll(const Count& count) {
  for (CandidateIndex a = 0; a < count.pairwise.size(); ++a) {
    bool beats_all = true;
    for (CandidateIndex b = 0; b < count.pairwise.size(); ++b) {
      beats_all = beats_all && (a == b || count.pairwise[a][b] > count.pairwise[b][a]);
    }
    if (beats_all) return a;
  }
  return std::nullopt;
}

TEST_P(CondorcetTest, ElectsWhoBeatsEveryOther) {
  int winners = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Election election = StrictElection(RandomChoices(seed));
    const Count count = MustCount(election, {.method = GetParam()});
    const auto winner = BeatsAll(count);
    if (!winner) continue;
    ++winners;
    EXPECT_EQ(count.standings.front().candidate, *winner) << "seed " << seed;
    EXPECT_EQ(count.rounds.front().elected, std::vector<CandidateIndex>{*winner});
    EXPECT_TRUE(count.rounds.front().ties.empty() || GetParam() == Method::kRankedPairs);
  }
  EXPECT_GT(winners, 100);
}

INSTANTIATE_TEST_SUITE_P(Methods, CondorcetTest,
                         ::testing::Values(Method::kSchulze, Method::kRankedPairs, Method::kMinimax,
                                           Method::kCopeland));

}  // namespace
}  // namespace caucus::tally::testing
