// The flags that say how an election is counted, over what its file says.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_CAUCUS_TALLY_RULE_FLAGS_H_
#define POLLS_SERVICE_CAUCUS_TALLY_RULE_FLAGS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// Returns whether the flags have values that can be used whatever the election is.
//   kInvalidArgument  the message names the flag.
absl::Status CheckRuleFlags();

// Returns the rules of `file` with the flags over them; instant runoff if nothing states a method.
//   kInvalidArgument  --tie_break_order or --write_ins names somebody who is no candidate.
absl::StatusOr<Rules> RulesByFlags(const BallotFile& file);

// Splits one record of CSV: a,"b, ""c""" are two fields.
std::vector<std::string> SplitCsv(std::string_view record);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_CAUCUS_TALLY_RULE_FLAGS_H_
