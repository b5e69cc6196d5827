// Ballots in ABIF, the Aggregated Ballot Information Format of electorama.
//
//     {title: "Capital of Tennessee"}     # metadata: JSON, whose keys may be bare
//     {tally_method: "IRV"}
//     =Memph:[Memphis, TN]                # a token, and the name that it stands for
//     42:Memph>Nash=Chat>Knox             # 42 ballots; '=' or ',' between equals
//     26:Nash/5>Chat/3                    # scores, which are read over
//     15:[Memphis, TN]>Knox               # a name in place of a token
//     3:                                  # three abstentions
//
// Each line is one of these, or empty. White space does not matter, `#` begins a comment. A
// candidate need not be declared: then the name is the token. Where commas alone separate and every
// candidate has a score, as in `7:A/5,B/2,C/5`, the scores are the order: A=C>B.
//
// A candidate's id is the token. Candidates are in the order of the declarations, then in that in
// which ballots name them.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_ABIF_H_
#define POLLS_SERVICE_BALLOT_FILES_ABIF_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"

namespace caucus::tally {

// Returns what `file` holds; of the rules it states the method, if tally_method is a name that
// rule_names.h knows (or FPTP, plurality). Without any vote line there are no ballots.
//   kInvalidArgument  "line L, column C: …": it is no ABIF, empty, names no candidate (told at the
//   last
//                     line), or is beyond the bounds of ballot_file.h.
absl::StatusOr<BallotFile> ParseAbif(std::string_view file);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_ABIF_H_
