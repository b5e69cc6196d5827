#include "polls-service/domain/tally/weighted.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"

namespace caucus::polls {
namespace {

uint64_t Power(uint64_t base, uint64_t exponent) {
  uint64_t power = 1;
  for (uint64_t i = 0; i < exponent; ++i) power *= base;
  return power;
}

// All weights of v votes are fractions with the denominator (2v)^v, at most 10^5:
//   ((v - n/2) / v)^(n+1) = ((2v - n) / 2v)^(n+1) = (2v - n)^(n+1) (2v)^(v-n-1) / (2v)^v
std::vector<uint64_t> WeightNumerators(uint64_t votes) {
  std::vector<uint64_t> numerators;
  for (uint64_t place = 0; place < votes; ++place) {
    numerators.push_back(Power(2 * votes - place, place + 1) * Power(2 * votes, votes - place - 1));
  }
  return numerators;
}

}  // namespace

std::vector<Result> CountWeighted(const Poll& poll) {
  const std::vector<uint64_t> weights = WeightNumerators(poll.votes_per_voter);
  absl::flat_hash_map<std::string, uint64_t> sums;
  for (const auto& [user_id, ballot] : poll.ballots) {
    const size_t places = std::min(ballot.size(), weights.size());
    for (size_t place = 0; place < places; ++place) sums[ballot[place]] += weights[place];
  }

  struct Score {
    uint64_t sum;
    const std::string* nomination_id;
  };
  std::vector<Score> scores;
  for (const auto& [place, nomination_id] : poll.nomination_order) {
    const auto sum = sums.find(nomination_id);
    if (sum != sums.end()) scores.push_back({sum->second, &nomination_id});
  }
  std::stable_sort(scores.begin(), scores.end(),
                   [](const Score& a, const Score& b) { return a.sum > b.sum; });

  const double denominator =
      static_cast<double>(Power(2 * poll.votes_per_voter, poll.votes_per_voter));
  std::vector<Result> results;
  results.reserve(scores.size());
  for (const Score& score : scores) {
    results.push_back({*score.nomination_id, poll.nominations.at(*score.nomination_id).text,
                       static_cast<double>(score.sum) / denominator});
  }
  return results;
}

}  // namespace caucus::polls
