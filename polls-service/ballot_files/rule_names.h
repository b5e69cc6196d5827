// The names of rules in files and on the command line.
//
// Case does not matter when a name is read, and '_' and '-' are the same.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_RULE_NAMES_H_
#define POLLS_SERVICE_BALLOT_FILES_RULE_NAMES_H_

#include <string_view>

#include "absl/status/status.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

// weighted, irv, stv-scottish, stv-wigm, borda, schulze, ranked-pairs, minimax, copeland, plurality
std::string_view NameOf(Method method);
// droop, hare
std::string_view NameOf(Quota quota);
// exhaust, skip-to-next-rank, exhaust-if-multiple-continuing
std::string_view NameOf(OvervoteRule rule);
// skip, exhaust
std::string_view NameOf(DuplicateRule rule);
// last, not-compared
std::string_view NameOf(UnrankedRule rule);

// Sets `value` to what `name` stands for.
//   kInvalidArgument  it is none of the names above, which the message lists.
absl::Status ParseName(std::string_view name, Method& value);
absl::Status ParseName(std::string_view name, Quota& value);
absl::Status ParseName(std::string_view name, OvervoteRule& value);
absl::Status ParseName(std::string_view name, DuplicateRule& value);
absl::Status ParseName(std::string_view name, UnrankedRule& value);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_RULE_NAMES_H_
