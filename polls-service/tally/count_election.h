// Counts an election by its rules. Exact: integers and fixed point, no binary floats.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_COUNT_ELECTION_H_
#define POLLS_SERVICE_TALLY_COUNT_ELECTION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Returns whether `election` can be counted by `rules`.
//   kInvalidArgument  what cannot be, in words: no candidates, seats out of range, a candidate
//   index
//                     or tie_break_order out of range, ids that repeat, counts whose sum overflows.
absl::Status Check(const Election& election, const Rules& rules);

// Returns the count. Neither the order of the ballots nor that of the candidates matters, but for
// where they stand in the result.
//   kInvalidArgument  as Check.
absl::StatusOr<Count> CountElection(const Election& election, const Rules& rules);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_COUNT_ELECTION_H_
