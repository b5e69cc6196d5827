// Schulze's method with winning votes: a beats b if the strongest path of victories from a to b is
// stronger than the one from b to a; a path is as strong as its weakest victory.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_SCHULZE_H_
#define POLLS_SERVICE_TALLY_SCHULZE_H_

#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/standings.h"

namespace caucus::tally {

Outcome CountSchulze(const PairwiseMatrix& matrix);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_SCHULZE_H_
