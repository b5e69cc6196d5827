// Words and numbers of a count that every output shares.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_COUNT_TEXT_H_
#define POLLS_SERVICE_BALLOT_FILES_COUNT_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {

// Returns, by candidate, what to call each: the name, and where several have the same or it is
// empty, the id in brackets behind it: "Smith (Smith#3)".
std::vector<std::string> Labels(const std::vector<Candidate>& candidates);

// Returns `votes`, units of 10^-decimals, with all their decimals: "12.50000". Exact.
std::string FormatVotes(Votes votes, uint32_t decimals);

// Returns a fraction as a decimal number: exact if it has at most nine decimals, otherwise rounded
// to four, half away from zero. REQUIRES: `denominator` > 0.
std::string FormatFraction(int64_t numerator, int64_t denominator);

// elimination, election, surplus, order
std::string_view NameOf(Tie::Question question);
// previous-round, draw, published-order
std::string_view NameOf(Tie::Rule rule);

// Returns who was elected, best first.
std::vector<CandidateIndex> Winners(const Count& count);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_COUNT_TEXT_H_
