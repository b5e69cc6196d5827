// Breaks the ties of one count, and tells how.
//
// Immutable.

#ifndef POLLS_SERVICE_TALLY_TIE_BREAKER_H_
#define POLLS_SERVICE_TALLY_TIE_BREAKER_H_

#include <cstdint>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

class TieBreaker {
 public:
  enum class Prefer { kMostVotes, kFewestVotes };

  TieBreaker(const Election& election, const Rules& rules);

  // Returns where `candidate` stands in the draw or the published order, from 0.
  uint32_t position(CandidateIndex candidate) const { return positions_[candidate]; }

  // Chooses one of `tied`: in the last of the `earlier` rounds that tells them apart whoever has
  // the most or the fewest votes; if several have, the round before that decides between these; at
  // last the draw.
  //
  // REQUIRES: two or more `tied`, which have tallies in all `earlier` rounds.
  Tie Choose(Tie::Question question, std::vector<CandidateIndex> tied,
             const std::vector<Round>& earlier, Prefer prefer) const;

  // Orders `tied` by the draw or the published order; the first is chosen.
  //
  // REQUIRES: `tied` is not empty.
  Tie Order(Tie::Question question, std::vector<CandidateIndex> tied) const;

 private:
  std::vector<uint32_t> positions_;
  Tie::Rule rule_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_TIE_BREAKER_H_
