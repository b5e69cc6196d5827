// A count as JSON: in a form of our own that has everything, and in that of RCTab's reports, which
// rcvis and others read.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_COUNT_JSON_H_
#define POLLS_SERVICE_BALLOT_FILES_COUNT_JSON_H_

#include <string>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Returns the rules (as ballot_json.h has them), candidates, winners, rounds with their transfers
// and ties, the matrix of pairs, and standings. Candidates are named by id. Votes are texts with
// all their decimals; a score is a fraction.
//
// REQUIRES: `count` is of `election` by `rules`.
std::string WriteCountJson(const Election& election, const Rules& rules, const Count& count);

// Returns an RCTab report: config, summary and results. Candidates are named as Labels has them,
// but one called "exhausted" or "residual surplus", which are keys of RCTab's, has " (option)"
// behind it. Votes are texts with all their decimals. What becomes inactive goes to "exhausted".
// What rounding loses is in inactiveBallots, as residualSurplus, if there is any.
//
// REQUIRES: likewise.
std::string WriteRctabReport(const Election& election, const Rules& rules, const Count& count);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_COUNT_JSON_H_
