// Methods that give points for places: weighted and Borda.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_POSITIONAL_H_
#define POLLS_SERVICE_TALLY_POSITIONAL_H_

#include <cstdint>

#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"
#include "polls-service/tally/standings.h"

namespace caucus::tally {

// Returns the largest number of points, in units of the denominator, that one ballot can give to
// one candidate.
int64_t PointsMax(const Election& election, const Rules& rules);

// REQUIRES: Check is OK.
Outcome CountWeighted(const Election& election, const Rules& rules);
Outcome CountBorda(const Election& election, const Rules& rules);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_POSITIONAL_H_
