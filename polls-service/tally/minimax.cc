#include "polls-service/tally/minimax.h"

#include <algorithm>

#include "polls-service/tally/election.h"

namespace caucus::tally {

Outcome CountMinimax(const PairwiseMatrix& matrix) {
  Outcome outcome;
  outcome.scores.resize(matrix.preferences().size());
  for (const CandidateIndex a : matrix.candidates()) {
    for (const CandidateIndex b : matrix.candidates()) {
      outcome.scores[a] = std::max(outcome.scores[a], matrix.WinningVotes(b, a));
    }
  }
  outcome.groups = GroupByScore(matrix.candidates(), outcome.scores, Better::kLower);
  return outcome;
}

}  // namespace caucus::tally
