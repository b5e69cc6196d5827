// What is read from a file of ballots, and how much may be in one.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_BALLOT_FILES_BALLOT_FILE_H_
#define POLLS_SERVICE_BALLOT_FILES_BALLOT_FILE_H_

#include <cstddef>
#include <cstdint>

#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

struct BallotFile {
  Election election;
  Rules rules;                 // What the file does not state has its default.
  bool states_method = false;  // Whether rules.method comes from the file.

  friend bool operator==(const BallotFile&, const BallotFile&) = default;
};

// Bounds of every format. A file that is beyond one of them is refused.
constexpr size_t kFileBytesMax = size_t{64} << 20;
constexpr size_t kFileCandidatesMax = 10'000;
constexpr size_t kNameBytesMax = 4096;      // Of an id too, and of a title.
constexpr size_t kBallotRanksMax = 10'000;  // Of one ballot.
// Lines of ballots, ranks, and candidates at a rank beyond the first.
constexpr size_t kEntriesMax = 16'000'000;
constexpr uint64_t kBallotsMax = 1'000'000'000'000;  // All counts together.

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_BALLOT_FILE_H_
