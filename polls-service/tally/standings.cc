#include "polls-service/tally/standings.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace caucus::tally {
namespace {

void Append(const std::vector<CandidateIndex>& equals, bool elected, const Outcome& outcome,
            std::vector<Standing>& standings) {
  const uint32_t rank = static_cast<uint32_t>(standings.size()) + 1;
  for (const CandidateIndex candidate : equals) {
    standings.push_back({.candidate = candidate,
                         .rank = rank,
                         .elected = elected,
                         .score = outcome.scores[candidate],
                         .score_denominator = outcome.score_denominator});
  }
}

// The most votes that each candidate ever had.
std::vector<int64_t> MostVotes(const Count& count) {
  std::vector<int64_t> most(count.rounds.front().tallies.size());
  for (const Round& round : count.rounds) {
    for (size_t i = 0; i < most.size(); ++i)
      most[i] = std::max(most[i], round.tallies[i].value_or(0));
  }
  return most;
}

int64_t PowerOfTen(uint32_t exponent) {
  int64_t power = 1;
  for (uint32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

std::vector<std::vector<CandidateIndex>> GroupByScore(std::vector<CandidateIndex> candidates,
                                                      const std::vector<int64_t>& scores,
                                                      Better better) {
  std::stable_sort(candidates.begin(), candidates.end(), [&](CandidateIndex a, CandidateIndex b) {
    return better == Better::kHigher ? scores[a] > scores[b] : scores[a] < scores[b];
  });
  std::vector<std::vector<CandidateIndex>> groups;
  for (const CandidateIndex candidate : candidates) {
    if (groups.empty() || scores[groups.back().front()] != scores[candidate]) groups.emplace_back();
    groups.back().push_back(candidate);
  }
  return groups;
}

Outcome OutcomeOfDefeats(const std::vector<CandidateIndex>& candidates, size_t candidates_total,
                         const std::function<bool(CandidateIndex, CandidateIndex)>& beats) {
  Outcome outcome;
  outcome.scores.resize(candidates_total);
  std::vector<std::vector<CandidateIndex>> beaten_by(candidates_total);
  std::vector<size_t> defeats(candidates_total);  // By those who are in no group yet.
  std::vector<CandidateIndex> group;
  for (const CandidateIndex candidate : candidates) {
    for (const CandidateIndex other : candidates) {
      if (beats(candidate, other)) beaten_by[candidate].push_back(other);
      if (beats(other, candidate)) ++defeats[candidate];
    }
    outcome.scores[candidate] = static_cast<int64_t>(beaten_by[candidate].size());
    if (defeats[candidate] == 0) group.push_back(candidate);
  }
  while (!group.empty()) {
    std::vector<CandidateIndex> next;
    for (const CandidateIndex candidate : group) {
      for (const CandidateIndex other : beaten_by[candidate]) {
        if (--defeats[other] == 0) next.push_back(other);
      }
    }
    outcome.groups.push_back(std::exchange(group, std::move(next)));
  }
  return outcome;
}

void ElectFirst(Outcome outcome, uint32_t seats, const TieBreaker& tie_breaker, Count& count) {
  Round& round = count.rounds.front();
  round.ties = std::move(outcome.ties);
  for (const std::vector<CandidateIndex>& group : outcome.groups) {
    const size_t seats_left = seats - std::min<size_t>(seats, count.standings.size());
    Tie tie = tie_breaker.Order(Tie::Question::kElection, group);
    if (seats_left == 0 || group.size() <= seats_left) {
      Append(tie.order, seats_left > 0, outcome, count.standings);
      continue;
    }
    const auto last_seat = tie.order.begin() + static_cast<std::ptrdiff_t>(seats_left);
    Append({tie.order.begin(), last_seat}, /*elected=*/true, outcome, count.standings);
    Append({last_seat, tie.order.end()}, /*elected=*/false, outcome, count.standings);
    round.ties.push_back(std::move(tie));
  }
  for (const Standing& standing : count.standings) {
    if (standing.elected) round.elected.push_back(standing.candidate);
  }
}

std::vector<CandidateIndex> ByVotes(std::vector<CandidateIndex> candidates, const Round& round,
                                    const TieBreaker& tie_breaker) {
  std::sort(candidates.begin(), candidates.end(), [&](CandidateIndex a, CandidateIndex b) {
    if (round.tallies[a] != round.tallies[b]) return *round.tallies[a] > *round.tallies[b];
    return tie_breaker.position(a) < tie_breaker.position(b);
  });
  return candidates;
}

void StandByRounds(const TieBreaker& tie_breaker, Count& count) {
  const Outcome outcome{.groups = {},
                        .scores = MostVotes(count),
                        .score_denominator = PowerOfTen(count.decimals),
                        .ties = {}};
  const auto append = [&](const std::vector<CandidateIndex>& candidates, const Round& round,
                          bool elected) {
    std::vector<CandidateIndex> equals;
    for (const CandidateIndex candidate : ByVotes(candidates, round, tie_breaker)) {
      if (!equals.empty() && round.tallies[equals.front()] != round.tallies[candidate]) {
        Append(std::exchange(equals, {}), elected, outcome, count.standings);
      }
      equals.push_back(candidate);
    }
    Append(equals, elected, outcome, count.standings);
  };

  std::vector<bool> is_listed(outcome.scores.size());
  for (const Round& round : count.rounds) {
    append(round.elected, round, /*elected=*/true);
    for (const CandidateIndex candidate : round.elected) is_listed[candidate] = true;
    for (const CandidateIndex candidate : round.eliminated) is_listed[candidate] = true;
  }
  std::vector<CandidateIndex> left;
  for (CandidateIndex i = 0; i < is_listed.size(); ++i) {
    if (!is_listed[i] && count.rounds.back().tallies[i]) left.push_back(i);
  }
  append(left, count.rounds.back(), /*elected=*/false);
  for (auto round = count.rounds.rbegin(); round != count.rounds.rend(); ++round) {
    append(round->eliminated, *round, /*elected=*/false);
  }
}

}  // namespace caucus::tally
