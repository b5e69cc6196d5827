// One line of ABIF, read from left to right.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_ABIF_LINE_H_
#define POLLS_SERVICE_BALLOT_FILES_ABIF_LINE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::tally {

struct AbifToken {
  enum class Kind : uint8_t { kBare, kQuoted, kBracketed };

  Kind kind = Kind::kBare;
  size_t offset = 0;  // In the file.
  std::string text;   // Without what encloses it.
};

// What is at the front of each function's result has white space before it skipped.
class AbifLine {
 public:
  // REQUIRES: `file` outlives the line.
  AbifLine(std::string_view file, size_t start, size_t end) : file_(file), at_(start), end_(end) {}

  // The next character; 0 at the end of the line or where a comment begins.
  char Peek();

  // Reads `wanted` if it is the next character.
  bool Take(char wanted);

  // Reads "" if it is next.
  bool TakeEmptyText();

  // Reads a bare word, "a quoted text" or [a name in brackets].
  //   kInvalidArgument  there is none, or it has no end, or is empty, or CheckName refuses it;
  //                     `what` says what should stand there.
  absl::StatusOr<AbifToken> ReadToken(std::string_view what);

  // Reads digits.
  //   kInvalidArgument  there are none, or more than 18.
  absl::StatusOr<uint64_t> ReadNumber(std::string_view what);

  // Where the next character is, in the file.
  size_t Offset();

  // Returns kInvalidArgument: `what` should stand at Offset().
  absl::Status Expected(std::string_view what);

 private:
  std::string_view Rest() const { return file_.substr(at_, end_ - at_); }

  std::string_view file_;
  size_t at_;
  size_t end_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_ABIF_LINE_H_
