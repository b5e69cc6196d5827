// Minimax with winning votes: the best is who, in its worst defeat, has the fewest votes against
// it.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_MINIMAX_H_
#define POLLS_SERVICE_TALLY_MINIMAX_H_

#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/standings.h"

namespace caucus::tally {

Outcome CountMinimax(const PairwiseMatrix& matrix);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_MINIMAX_H_
