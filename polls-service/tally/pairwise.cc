#include "polls-service/tally/pairwise.h"

#include <cstddef>
#include <span>

#include "polls-service/tally/preference_order.h"

namespace caucus::tally {
namespace {

using Matrix = std::vector<std::vector<uint64_t>>;

// Only pairs of ranked candidates are met one by one: ballots are short, lists of candidates long.
void CountRankedPairs(const PreferenceOrder& order, uint64_t ballots, Matrix& preferences,
                      Matrix& equals) {
  std::span<const CandidateIndex> below = order.ranked();
  for (size_t i = 0; i < order.size(); ++i) {
    const std::span<const CandidateIndex> group = order.group(i);
    below = below.subspan(group.size());
    for (const CandidateIndex a : group) {
      for (const CandidateIndex b : below) preferences[a][b] += ballots;
      if (group.size() == 1) continue;
      for (const CandidateIndex b : group) equals[a][b] += ballots;
    }
  }
}

}  // namespace

PairwiseMatrix::PairwiseMatrix(const Election& election, const Rules& rules)
    : candidates_(Contenders(election)) {
  const size_t size = election.candidates.size();
  preferences_.assign(size, std::vector<uint64_t>(size));
  Matrix equals = preferences_;
  std::vector<uint64_t> ranked(size);
  PreferenceOrder order(election);
  for (const Ballots& ballots : election.ballots) {
    order.Read(ballots.ranks, rules.ranks_max);
    CountRankedPairs(order, ballots.count, preferences_, equals);
    for (const CandidateIndex candidate : order.ranked()) ranked[candidate] += ballots.count;
  }
  if (rules.unranked == UnrankedRule::kNotCompared) return;
  const Matrix among_ranked = preferences_;
  for (const CandidateIndex a : candidates_) {
    for (const CandidateIndex b : candidates_) {
      if (a == b) continue;
      const uint64_t both = among_ranked[a][b] + among_ranked[b][a] + equals[a][b];
      preferences_[a][b] += ranked[a] - both;
    }
  }
}

}  // namespace caucus::tally
