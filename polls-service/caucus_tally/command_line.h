// Reads a command line as command-line tools do: flags and files in any order.
//
// common/config's ParseFlags is for servers: it knows no arguments, and abseil below it ends the
// process with a status that a tool uses for other failures.
//
// Thread-safe: free functions; what they set are the flags.

#ifndef POLLS_SERVICE_CAUCUS_TALLY_COMMAND_LINE_H_
#define POLLS_SERVICE_CAUCUS_TALLY_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace caucus::tally {

struct CommandLine {
  std::vector<std::string> arguments;  // What is no flag, in order; "-" is none.
  bool wants_help = false;             // --help is among the flags.
};

// Sets the flags that are named as --flag=value, --flag value, or, for truths, --flag and --noflag.
// What follows "--" is no flag.
//   kInvalidArgument  there is no such flag, or the value is none for it.
absl::StatusOr<CommandLine> ParseCommandLine(const std::vector<std::string>& words);

// Returns a text with every flag that is defined in a source file of ours, and what it is for.
std::string HelpOnFlags();

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_CAUCUS_TALLY_COMMAND_LINE_H_
