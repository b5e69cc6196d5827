// Every candidate against every other: how many ballots prefer the one to the other.
//
// Immutable.

#ifndef POLLS_SERVICE_TALLY_PAIRWISE_H_
#define POLLS_SERVICE_TALLY_PAIRWISE_H_

#include <cstdint>
#include <vector>

#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

class PairwiseMatrix {
 public:
  // REQUIRES: Check is OK.
  PairwiseMatrix(const Election& election, const Rules& rules);

  // Those who are not withdrawn.
  const std::vector<CandidateIndex>& candidates() const { return candidates_; }

  // Ballots that prefer the row's candidate to the column's.
  const std::vector<std::vector<uint64_t>>& preferences() const { return preferences_; }

  bool Beats(CandidateIndex a, CandidateIndex b) const {
    return preferences_[a][b] > preferences_[b][a];
  }

  // Returns the votes with which `a` beats `b`; 0 if it does not.
  int64_t WinningVotes(CandidateIndex a, CandidateIndex b) const {
    return Beats(a, b) ? static_cast<int64_t>(preferences_[a][b]) : 0;
  }

 private:
  std::vector<CandidateIndex> candidates_;
  std::vector<std::vector<uint64_t>> preferences_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_PAIRWISE_H_
