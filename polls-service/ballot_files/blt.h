// Ballots in BLT, the format of Hill, Wichmann and Woodall (1987) that OpenSTV, OpaVote, Droop and
// others extended.
//
//     4 2              # 4 candidates, 2 seats
//     -2               # the second has withdrawn
//     3 1 3 4 0        # three ballots: 1, then 3, then 4
//     1 2=3 - 1 0      # 2 and 3 at one rank, a rank left out, then 1
//     (b7) 1 4 0       # a ballot with an id instead of a weight
//     0
//     "Adam" "Basil" "Charlotte" "Donald"
//     "A title"
//
// White space separates, newlines are no different from it. Comments are `# …` to the end of the
// line and /* … */. The options [nick …], [tie …] and [droop …] are read over. After the title may
// stand a source and a comment, which are read over too; the title may be missing. A double quote
// in a name is written twice.
//
// Where all ballots with an id begin with 1 this is the weight, as OpenSTV writes it; otherwise
// they have no weight, as Droop writes them.
//
// A candidate's id is the name, if no other candidate has it (see ElectionBuilder::AssignIds).
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_BLT_H_
#define POLLS_SERVICE_BALLOT_FILES_BLT_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {

// Returns what `file` holds; of the rules it states the seats.
//   kInvalidArgument  "line L, column C: …": it is no BLT, or beyond the bounds of ballot_file.h.
absl::StatusOr<BallotFile> ParseBlt(std::string_view file);

// Returns `election` as BLT, which ParseBlt reads as the same if the ids are those that it gives.
// Ballots of count 0 are left out.
//   kInvalidArgument  the marks of an overvote are not known, which BLT cannot express.
absl::StatusOr<std::string> WriteBlt(const Election& election, uint32_t seats);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_BLT_H_
