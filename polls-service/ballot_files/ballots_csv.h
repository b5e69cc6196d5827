// Ballots as a table for spreadsheets.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_BALLOTS_CSV_H_
#define POLLS_SERVICE_BALLOT_FILES_BALLOTS_CSV_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {

constexpr size_t kCsvBytesMax = size_t{256} << 20;

// Returns CSV (RFC 4180, UTF-8): a header "rank1,…,rankN" and a line for each single ballot, whose
// cells are candidates as Labels has them. Equals are in one cell, with " = " between; a skipped
// rank is empty, and "(overvote)" is one of which is not known for whom.
//
// Spreadsheets take a cell that begins with = + - or @ (or the full-width forms of these) for a
// formula, which somebody may have nominated. Such a cell gets an apostrophe in front, and one that
// begins with an apostrophe gets another: who needs the names themselves takes one away.
//
//   kResourceExhausted  it would be longer than kCsvBytesMax.
absl::StatusOr<std::string> WriteBallotsCsv(const Election& election);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_BALLOTS_CSV_H_
