// Ranked pairs (Tideman) with winning votes: the largest majorities are locked first, and none that
// would contradict those locked before.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_RANKED_PAIRS_H_
#define POLLS_SERVICE_TALLY_RANKED_PAIRS_H_

#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/standings.h"
#include "polls-service/tally/tie_breaker.h"

namespace caucus::tally {

// Of two majorities with equal winning votes the one with fewer votes against it is larger; then
// the one whose loser the tie breaker has last, then whose winner it has first. A tie is told only
// if equal majorities contradict one another, so that their order matters.
Outcome CountRankedPairs(const PairwiseMatrix& matrix, const TieBreaker& tie_breaker);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_RANKED_PAIRS_H_
