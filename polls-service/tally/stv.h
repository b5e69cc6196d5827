// Single transferable vote: the Scottish rules, and the weighted inclusive Gregory method (WIGM).
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_STV_H_
#define POLLS_SERVICE_TALLY_STV_H_

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Elects whoever reaches the quota, and all who are left once they are as many as the seats.
// Droop's quota is a whole number, floor(votes / (seats + 1)) + 1; Hare's is votes / seats, rounded
// up in the last decimal so that never too many reach it. Votes are those of the first round.
//
// Scottish: a round does one thing, it moves the largest surplus or eliminates one candidate. A
// ballot goes on with surplus * value / tally, rounded down. The count ends when the seats are
// filled.
//
// WIGM: a round that elects moves all its surpluses and eliminates nobody. A ballot goes on with
// value * (surplus / tally), both rounded down. One more round shows what the last surpluses did.
//
// REQUIRES: Check is OK.
Count CountStv(const Election& election, const Rules& rules);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_STV_H_
