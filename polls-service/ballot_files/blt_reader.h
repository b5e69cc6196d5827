// Splits BLT into its tokens.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_BLT_READER_H_
#define POLLS_SERVICE_BALLOT_FILES_BLT_READER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace caucus::tally {

struct BltToken {
  enum class Kind : uint8_t { kWord, kQuoted, kBallotId, kOption, kEnd };

  Kind kind = Kind::kEnd;
  size_t offset = 0;
  // A word as it is written; a quoted text, ballot id or option without what encloses it, and with
  // doubled quotes still doubled.
  std::string_view text;
};

class BltReader {
 public:
  // REQUIRES: `text` outlives the reader and its tokens.
  explicit BltReader(std::string_view text) : text_(text) {}

  // Returns the next token; kEnd, again and again, after the last.
  //   kInvalidArgument  a comment, quoted text, ballot id or option does not end.
  absl::StatusOr<BltToken> Next();

 private:
  absl::Status SkipSpace();
  absl::StatusOr<BltToken> ReadEnclosed(BltToken::Kind kind, char closing, std::string_view what);

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_BLT_READER_H_
