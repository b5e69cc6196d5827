// A count for people to read.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_COUNT_TABLE_H_
#define POLLS_SERVICE_BALLOT_FILES_COUNT_TABLE_H_

#include <string>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Returns plain text, lines of about 100 columns: what was counted and how, a table of the rounds,
// what each round did, every tie with its rule and draw, the matrix of pairs, the standings, the
// winners, and what ties are drawn from.
//
// REQUIRES: `count` is of `election` by `rules`.
std::string WriteCountTable(const Election& election, const Rules& rules, const Count& count);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_COUNT_TABLE_H_
