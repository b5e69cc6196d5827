// Which format a file of ballots has.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_CAUCUS_TALLY_INPUT_FORMAT_H_
#define POLLS_SERVICE_CAUCUS_TALLY_INPUT_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "polls-service/ballot_files/ballot_file.h"

namespace caucus::tally {

enum class InputFormat : uint8_t { kAuto, kBlt, kAbif, kJson };

// blt, abif, json or auto; nothing for any other name.
std::optional<InputFormat> InputFormatNamed(std::string_view name);

// Returns the format that the file's name or, if that says nothing, its content suggests.
InputFormat GuessFormat(std::string_view path, std::string_view content);

// Returns what `content` holds. REQUIRES: `format` is not kAuto.
//   kInvalidArgument  as the parser of the format.
absl::StatusOr<BallotFile> ParseAs(InputFormat format, std::string_view content);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_CAUCUS_TALLY_INPUT_FORMAT_H_
