// What every format checks of its text first, and of each name in it.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_FILE_TEXT_H_
#define POLLS_SERVICE_BALLOT_FILES_FILE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::tally {

// Returns `file` without a byte order mark; positions count from there.
//   kInvalidArgument  it is longer than kFileBytesMax or not UTF-8.
absl::StatusOr<std::string_view> FileText(std::string_view file);

// Returns whether `name`, which stands at `offset` of `text`, can be shown: at most kNameBytesMax
// bytes and no control characters.
//   kInvalidArgument  it cannot; `what` says what it is the name of.
absl::Status CheckName(std::string_view text, size_t offset, std::string_view what,
                       std::string_view name);

// Returns the number that `digits` are: nothing but ASCII digits, at most 18 of them.
std::optional<uint64_t> ParseNumber(std::string_view digits);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_FILE_TEXT_H_
