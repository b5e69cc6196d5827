// Counts an election by its rules. Exact: integers and fixed point, no binary floats.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_COUNT_ELECTION_H_
#define POLLS_SERVICE_TALLY_COUNT_ELECTION_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

inline constexpr uint32_t kCandidatesMax = 1000;

// Returns whether `election` can be counted by `rules`.
//   kInvalidArgument  what cannot be, in words: no or too many candidates, ids that repeat, a
//                     candidate index out of range or twice in a rank, seats, decimals or ranks_max
//                     out of range, another quota or other decimals than the Scottish rules have,
//                     tie_break_order not all candidates, counts whose sum overflows.
absl::Status Check(const Election& election, const Rules& rules);

// Returns the count. Neither the order of the ballots nor that of the candidates matters, but for
// where they stand in the result.
//   kInvalidArgument  as Check.
absl::StatusOr<Count> CountElection(const Election& election, const Rules& rules);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_COUNT_ELECTION_H_
