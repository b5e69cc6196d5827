#include "polls-service/tally/copeland.h"

#include "polls-service/tally/election.h"

namespace caucus::tally {

Outcome CountCopeland(const PairwiseMatrix& matrix) {
  Outcome outcome;
  outcome.scores.resize(matrix.preferences().size());
  for (const CandidateIndex a : matrix.candidates()) {
    for (const CandidateIndex b : matrix.candidates()) {
      if (matrix.Beats(a, b)) ++outcome.scores[a];
      if (matrix.Beats(b, a)) --outcome.scores[a];
    }
  }
  outcome.groups = GroupByScore(matrix.candidates(), outcome.scores, Better::kHigher);
  return outcome;
}

}  // namespace caucus::tally
