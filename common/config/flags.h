// Configuration: absl flags, each of which may also come from the environment.
//
//     --listen=127.0.0.1:50051   is the same as   CAUCUS_LISTEN=127.0.0.1:50051
//
// The command line wins over the environment, the environment over the default.

#ifndef COMMON_CONFIG_FLAGS_H_
#define COMMON_CONFIG_FLAGS_H_

#include <string_view>

#include "absl/status/status.h"

namespace caucus {

// Reads every flag from the environment and then from the command line. Ends the process with
// status 1 and a message on stderr for an unknown flag, an invalid value in either place or a
// positional argument; with `usage` and every flag of ours on --help.
//
// REQUIRES: called once, from main, before any thread is started.
void ParseFlags(int argc, char** argv, std::string_view usage);

// The half of ParseFlags that reads CAUCUS_<FLAG>. An empty variable counts as unset.
//   kInvalidArgument  a value does not parse; the message names the variable.
absl::Status SetFlagsFromEnvironment();

}  // namespace caucus

#endif  // COMMON_CONFIG_FLAGS_H_
