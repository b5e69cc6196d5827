// Where something is wrong in a file, as a person and an editor count.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_TEXT_POSITION_H_
#define POLLS_SERVICE_BALLOT_FILES_TEXT_POSITION_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"

namespace caucus::tally {

struct TextPosition {
  uint64_t line = 1;
  uint64_t column = 1;  // In code points.

  friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

// Returns the position of the byte at `offset`; of the end of `text` if it is not in it. Lines end
// with "\n". Takes time linear in `offset`: for the one error of a file.
TextPosition PositionAt(std::string_view text, size_t offset);

// Returns kInvalidArgument "line L, column C: `what`".
absl::Status ErrorAt(std::string_view text, size_t offset, std::string_view what);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_TEXT_POSITION_H_
