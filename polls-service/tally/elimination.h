// Who is eliminated next, in instant runoff and STV.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_ELIMINATION_H_
#define POLLS_SERVICE_TALLY_ELIMINATION_H_

#include <cstddef>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/tie_breaker.h"

namespace caucus::tally {

// Returns whoever of `continuing` has the fewest votes in `round`. A tie that this takes is added
// to the round.
//
// REQUIRES: `continuing` is not empty.
CandidateIndex Fewest(const std::vector<CandidateIndex>& continuing,
                      const std::vector<Round>& earlier, const TieBreaker& tie_breaker,
                      Round& round);

// Returns those of `continuing` who have, all together, fewer votes than whoever is next, so that
// no transfer between them could save one: as many as leave `left_min`; maybe none.
std::vector<CandidateIndex> Hopeless(const std::vector<CandidateIndex>& continuing, size_t left_min,
                                     const TieBreaker& tie_breaker, const Round& round);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_ELIMINATION_H_
