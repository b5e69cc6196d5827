// How ties are broken when the votes do not: by a draw that anybody can repeat.
//
// Candidate c's lot is SHA-256(seed || 0x00 || c.id), compared as bytes; the smallest lot is drawn
// first. Being drawn first wins an election tie and loses an elimination tie: whoever is drawn is
// chosen. The draw depends on ids alone, never on the order in which candidates are listed.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_TIE_BREAK_H_
#define POLLS_SERVICE_TALLY_TIE_BREAK_H_

#include <string_view>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally {

// Returns all candidates in the order in which they are drawn.
std::vector<CandidateIndex> Draw(const std::vector<Candidate>& candidates, std::string_view seed);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_TIE_BREAK_H_
