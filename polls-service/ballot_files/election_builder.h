// Makes an Election of what a parser reads, and refuses what is beyond the bounds.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_BALLOT_FILES_ELECTION_BUILDER_H_
#define POLLS_SERVICE_BALLOT_FILES_ELECTION_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {

// Each `offset` is the place in the text where an error is to be reported; each error is
// kInvalidArgument with that position.
class ElectionBuilder {
 public:
  // REQUIRES: `text` outlives the builder.
  explicit ElectionBuilder(std::string_view text) : text_(text) {}

  // Adds a candidate at the end. One without an id gets one in Finish.
  absl::Status AddCandidate(size_t offset, Candidate candidate);

  // Begins the next line of ballots.
  absl::Status AddBallots(size_t offset, uint64_t count);

  // Adds a rank, at first skipped, to the last line of ballots.
  absl::Status AddRank(size_t offset);

  // Adds a candidate to the last rank. REQUIRES: `candidate` has been added.
  absl::Status AddToRank(size_t offset, CandidateIndex candidate);

  // Makes the last rank an overvote for nobody knows whom.
  void MarkOvervote() { election_.ballots.back().ranks.back().is_overvote = true; }

  // Read and changed by parsers whose format needs it.
  Election& election() { return election_; }

  // Gives each candidate that has no id the name, if no other candidate has it; otherwise the name
  // and "#" and the number of the candidate, from 1: "Smith#3", or "Smith#3#3" should somebody be
  // called the former.
  //
  // REQUIRES: the ids that have been given are distinct.
  void AssignIds();

 private:
  absl::Status CountEntry(size_t offset);

  std::string_view text_;
  Election election_;
  size_t entries_ = 0;
  uint64_t ballots_ = 0;
  uint64_t ranks_ = 0;
  std::vector<uint64_t> last_rank_of_;  // By candidate: the number of the rank it was last put at.
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_ELECTION_BUILDER_H_
