// From a poll to the election that it is, and back to its results.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_DOMAIN_COUNT_POLL_H_
#define POLLS_SERVICE_DOMAIN_COUNT_POLL_H_

#include "absl/status/statusor.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::polls {

// Returns the poll as an election: nominations by place are the candidates. Their texts, which
// differ, are their ids, so that a draw can be repeated from an exported file. Ballots
// stand one by one in an order that tells nothing of who cast them or when: sorted by what they
// say, then shuffled by the tie-break seed, so that it is the same each time.
tally::Election ElectionOf(const Poll& poll);

// Returns the rules by which the poll is counted.
tally::Rules RulesOf(const Poll& poll);

// Returns the event that closes the poll with its results. The weighted method leaves nominations
// that are on no ballot out of the results, but for those that have won a seat all the same.
// Without any ballot there are no results and no rounds: seats are not drawn by lot among people
// whom nobody wants.
absl::StatusOr<PollClosed> CountPoll(const Poll& poll);

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_DOMAIN_COUNT_POLL_H_
