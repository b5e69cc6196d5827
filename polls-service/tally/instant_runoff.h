// Instant runoff for one seat, and "bottoms up" for several.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_INSTANT_RUNOFF_H_
#define POLLS_SERVICE_TALLY_INSTANT_RUNOFF_H_

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Eliminates whoever has the fewest votes until, with one seat, somebody has more than half of
// those that still count, or, with several, as many are left. Two who alone are left with equal
// votes are an election tie. The threshold of several seats is informative: the Droop quota of the
// first round.
//
// With until_two_remain the round that elects eliminates nobody, and the count goes on after it.
//
// REQUIRES: Check is OK.
Count CountInstantRunoff(const Election& election, const Rules& rules);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_INSTANT_RUNOFF_H_
