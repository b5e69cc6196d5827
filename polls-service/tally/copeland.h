// Copeland's method: victories less defeats.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_COPELAND_H_
#define POLLS_SERVICE_TALLY_COPELAND_H_

#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/standings.h"

namespace caucus::tally {

Outcome CountCopeland(const PairwiseMatrix& matrix);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_COPELAND_H_
