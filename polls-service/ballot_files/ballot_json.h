// Ballots in a JSON file of our own.
//
//     {
//       "title": "Capital of Tennessee",
//       "candidates": ["Memphis", {"id": "nash", "name": "Nashville", "withdrawn": true}, …],
//       "seats": 1,
//       "rules": {"method": "irv", "tie_break_seed": "2026-11-21"},
//       "ballots": [
//         [42, [0, 1, null, 2]],
//         [3, [[0, 1], "O"]],
//         [1, []]
//       ]
//     }
//
// A ballot is how many there are of it, and a cell for each rank, best first: the place of a
// candidate in the list, from 0; null for nobody; a list of places for equals; "O" for an overvote
// of which is not known for whom. "candidates" and "ballots" are required. "name" is another word
// for "title". Other members are read over, in "rules" refused.
//
// "rules" has members as tally::Rules has: method, seats, quota, decimals, ranks_max,
// skipped_ranks_max (or null), overvotes, duplicates, unranked, write_ins (a place, or null),
// until_two_remain, batch_elimination, tie_break_seed, and tie_break_order, a list of places. Their
// names may be written in camelCase. Values are those of rule_names.h.
//
// A candidate without an id gets one as ElectionBuilder::AssignIds says.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_BALLOT_JSON_H_
#define POLLS_SERVICE_BALLOT_FILES_BALLOT_JSON_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"

namespace caucus::tally {

// Returns what `file` holds, all of its rules included.
//   kInvalidArgument  "line L, column C: …": it is no JSON, not as above, or beyond the bounds of
//                     ballot_file.h.
absl::StatusOr<BallotFile> ParseBallotJson(std::string_view file);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_BALLOT_JSON_H_
