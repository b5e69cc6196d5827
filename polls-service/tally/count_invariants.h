// What holds for every count, whatever the election: for tests.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_COUNT_INVARIANTS_H_
#define POLLS_SERVICE_TALLY_COUNT_INVARIANTS_H_

#include <string>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally::testing {

// Returns what is wrong with `count`; empty if nothing is:
//   - in every round tallies and inactive votes add up to the ballots;
//   - transfers explain the next round; who was eliminated never returns;
//   - the seats are filled, by candidates that can be elected;
//   - the standings have every candidate once, the elected first, ranks without gaps;
//   - a tie is between two or more, and who was chosen is one of them.
std::string ViolatedInvariant(const Election& election, const Rules& rules, const Count& count);

}  // namespace caucus::tally::testing

#endif  // POLLS_SERVICE_TALLY_COUNT_INVARIANTS_H_
