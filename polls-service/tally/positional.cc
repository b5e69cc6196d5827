#include "polls-service/tally/positional.h"

#include <cstddef>
#include <span>
#include <vector>

#include "polls-service/tally/preference_order.h"

namespace caucus::tally {
namespace {

int64_t Power(int64_t base, uint32_t exponent) {
  int64_t power = 1;
  for (uint32_t i = 0; i < exponent; ++i) power *= base;
  return power;
}

// All weights of v places are fractions with the denominator (2v)^v, at most 10^5:
//   ((v - n/2) / v)^(n+1) = ((2v - n) / 2v)^(n+1) = (2v - n)^(n+1) (2v)^(v-n-1) / (2v)^v
std::vector<int64_t> Weights(uint32_t places) {
  std::vector<int64_t> weights;
  for (uint32_t n = 0; n < places; ++n) {
    weights.push_back(Power(2 * places - n, n + 1) * Power(2 * places, places - n - 1));
  }
  return weights;
}

}  // namespace

int64_t PointsMax(const Election& election, const Rules& rules) {
  if (rules.method == Method::kWeighted) return Power(2 * rules.ranks_max, rules.ranks_max);
  return 2 * static_cast<int64_t>(election.candidates.size());
}

Outcome CountWeighted(const Election& election, const Rules& rules) {
  const std::vector<int64_t> weights = Weights(rules.ranks_max);
  Outcome outcome{.groups = {},
                  .scores = std::vector<int64_t>(election.candidates.size()),
                  .score_denominator = PointsMax(election, rules),
                  .ties = {}};
  PreferenceOrder order(election);
  for (const Ballots& ballots : election.ballots) {
    order.Read(ballots.ranks, /*ranks_max=*/0);
    size_t place = 0;
    for (size_t i = 0; i < order.size() && place < weights.size(); ++i) {
      if (order.group(i).size() > 1) continue;
      outcome.scores[order.group(i).front()] +=
          static_cast<int64_t>(ballots.count) * weights[place++];
    }
  }
  outcome.groups = GroupByScore(Contenders(election), outcome.scores, Better::kHigher);
  return outcome;
}

Outcome CountBorda(const Election& election, const Rules& rules) {
  const std::vector<CandidateIndex> contenders = Contenders(election);
  // In halves, because two equals can share an odd number of points.
  Outcome outcome{.groups = {},
                  .scores = std::vector<int64_t>(election.candidates.size()),
                  .score_denominator = 2,
                  .ties = {}};
  PreferenceOrder order(election);
  for (const Ballots& ballots : election.ballots) {
    order.Read(ballots.ranks, rules.ranks_max);
    int64_t best = static_cast<int64_t>(contenders.size()) - 1;
    for (size_t i = 0; i < order.size(); ++i) {
      const std::span<const CandidateIndex> equals = order.group(i);
      const int64_t worst = best - static_cast<int64_t>(equals.size()) + 1;
      for (const CandidateIndex candidate : equals) {
        outcome.scores[candidate] += static_cast<int64_t>(ballots.count) * (best + worst);
      }
      best = worst - 1;
    }
  }
  outcome.groups = GroupByScore(contenders, outcome.scores, Better::kHigher);
  return outcome;
}

}  // namespace caucus::tally
