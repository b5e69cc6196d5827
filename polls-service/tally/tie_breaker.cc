#include "polls-service/tally/tie_breaker.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "polls-service/tally/tie_break.h"

namespace caucus::tally {
namespace {

// Returns those of `tied` that have the most, or the fewest, votes in `round`.
std::vector<CandidateIndex> Foremost(const std::vector<CandidateIndex>& tied, const Round& round,
                                     TieBreaker::Prefer prefer) {
  std::vector<CandidateIndex> foremost;
  Votes best = 0;
  for (const CandidateIndex candidate : tied) {
    const Votes votes = *round.tallies[candidate];
    const bool better = prefer == TieBreaker::Prefer::kMostVotes ? votes > best : votes < best;
    if (foremost.empty() || better) {
      foremost = {candidate};
      best = votes;
    } else if (votes == best) {
      foremost.push_back(candidate);
    }
  }
  return foremost;
}

}  // namespace

TieBreaker::TieBreaker(const Election& election, const Rules& rules)
    : positions_(election.candidates.size()),
      rule_(rules.tie_break_order.empty() ? Tie::Rule::kDraw : Tie::Rule::kPublishedOrder) {
  const std::vector<CandidateIndex> order = rules.tie_break_order.empty()
                                                ? Draw(election.candidates, rules.tie_break_seed)
                                                : rules.tie_break_order;
  for (uint32_t i = 0; i < order.size(); ++i) positions_[order[i]] = i;
}

Tie TieBreaker::Choose(Tie::Question question, std::vector<CandidateIndex> tied,
                       const std::vector<Round>& earlier, Prefer prefer) const {
  std::sort(tied.begin(), tied.end());
  std::vector<CandidateIndex> left = tied;
  for (size_t number = earlier.size(); number > 0; --number) {
    left = Foremost(left, earlier[number - 1], prefer);
    if (left.size() > 1) continue;
    return {.question = question,
            .candidates = std::move(tied),
            .rule = Tie::Rule::kPreviousRound,
            .deciding_round = static_cast<uint32_t>(number),
            .chosen = left.front(),
            .order = {}};
  }
  Tie tie = Order(question, std::move(left));
  tie.candidates = std::move(tied);
  return tie;
}

Tie TieBreaker::Order(Tie::Question question, std::vector<CandidateIndex> tied) const {
  Tie tie{.question = question, .candidates = {}, .rule = rule_, .order = tied};
  std::sort(tied.begin(), tied.end());
  tie.candidates = std::move(tied);
  std::sort(tie.order.begin(), tie.order.end(),
            [&](CandidateIndex a, CandidateIndex b) { return positions_[a] < positions_[b]; });
  tie.chosen = tie.order.front();
  return tie;
}

}  // namespace caucus::tally
