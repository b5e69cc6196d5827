#include "polls-service/tally/arbitrary_election.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace caucus::tally::testing {
namespace {

constexpr uint32_t kCandidatesOfATestMax = 8;

std::vector<CandidateIndex> Shuffled(uint32_t size, const Choose& choose) {
  std::vector<CandidateIndex> order(size);
  for (uint32_t i = 0; i < size; ++i) order[i] = i;
  for (uint32_t i = size; i > 1; --i) std::swap(order[i - 1], order[choose(i)]);
  return order;
}

void AddCandidates(Election& election, const Choose& choose) {
  const uint32_t candidates = choose(kCandidatesOfATestMax) + 1;
  for (uint32_t i = 0; i < candidates; ++i) {
    election.candidates.push_back({.id = "candidate " + std::to_string(i), .name = {}});
  }
}

Rank ArbitraryRank(uint32_t candidates, const Choose& choose) {
  Rank rank;
  switch (choose(8)) {
    case 0:
      return rank;
    case 1:
      rank.is_overvote = true;
      return rank;
    case 2:
      rank.candidates = Shuffled(candidates, choose);
      rank.candidates.resize(choose(candidates) + 1);
      return rank;
    default:
      rank.candidates = {choose(candidates)};
      return rank;
  }
}

}  // namespace

Election ArbitraryElection(const Choose& choose) {
  Election election;
  AddCandidates(election, choose);
  const uint32_t candidates = static_cast<uint32_t>(election.candidates.size());
  for (uint32_t i = 1; i < candidates; ++i) {
    election.candidates[i].withdrawn = choose(6) == 0;
  }
  const uint32_t piles = choose(24);
  for (uint32_t i = 0; i < piles; ++i) {
    Ballots ballots{.count = choose(5), .ranks = {}};
    const uint32_t ranks = choose(candidates + 2);
    for (uint32_t r = 0; r < ranks; ++r) ballots.ranks.push_back(ArbitraryRank(candidates, choose));
    election.ballots.push_back(std::move(ballots));
  }
  return election;
}

Election StrictElection(const Choose& choose) {
  Election election;
  AddCandidates(election, choose);
  const uint32_t candidates = static_cast<uint32_t>(election.candidates.size());
  const uint32_t piles = choose(20) + 1;
  for (uint32_t i = 0; i < piles; ++i) {
    Ballots ballots{.count = choose(9) + 1, .ranks = {}};
    std::vector<CandidateIndex> order = Shuffled(candidates, choose);
    order.resize(choose(candidates) + 1);
    for (const CandidateIndex candidate : order) {
      ballots.ranks.push_back({.candidates = {candidate}});
    }
    election.ballots.push_back(std::move(ballots));
  }
  return election;
}

Rules ArbitraryRules(const Election& election, Method method, const Choose& choose) {
  const uint32_t candidates = static_cast<uint32_t>(election.candidates.size());
  const auto withdrawn = std::count_if(election.candidates.begin(), election.candidates.end(),
                                       [](const Candidate& c) { return c.withdrawn; });
  uint32_t electable = candidates - static_cast<uint32_t>(withdrawn);
  Rules rules{.method = method};
  if (electable > 1 && choose(4) == 0) {
    rules.write_ins = choose(candidates);
    --electable;
  }
  rules.seats = choose(electable) + 1;
  if (method != Method::kStvScottish) {
    rules.quota = choose(2) == 0 ? Quota::kDroop : Quota::kHare;
    rules.decimals = choose(10);
  }
  rules.ranks_max = method == Method::kWeighted ? choose(5) + 1 : choose(candidates + 1);
  if (choose(2) == 0) rules.skipped_ranks_max = choose(3);
  rules.overvotes = static_cast<OvervoteRule>(choose(3));
  rules.duplicates = static_cast<DuplicateRule>(choose(2));
  rules.unranked = static_cast<UnrankedRule>(choose(2));
  rules.until_two_remain = choose(2) == 0;
  rules.batch_elimination = choose(2) == 0;
  rules.tie_break_seed = std::to_string(choose(100));
  if (choose(3) == 0) rules.tie_break_order = Shuffled(candidates, choose);
  return rules;
}

}  // namespace caucus::tally::testing
