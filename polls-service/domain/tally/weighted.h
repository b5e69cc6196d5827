// The weighted sum: with v votes per voter, a ballot's entry at place n (from 0) adds
//
//     ((v - n/2) / v)^(n + 1)
//
// to its nomination's score.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_DOMAIN_TALLY_WEIGHTED_H_
#define POLLS_SERVICE_DOMAIN_TALLY_WEIGHTED_H_

#include <vector>

#include "polls-service/domain/poll.h"

namespace caucus::polls {

// Returns the scores of the nominations that are on a ballot, best first; of equal scores the
// nomination that was made earlier is first. Sums are exact, so the result depends neither on the
// order of the ballots nor on rounding.
//
// REQUIRES: `poll.votes_per_voter` is 1 to 5.
std::vector<Result> CountWeighted(const Poll& poll);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_TALLY_WEIGHTED_H_
