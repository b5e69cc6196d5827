// What is counted: candidates and ballots, from wherever they come.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_TALLY_ELECTION_H_
#define POLLS_SERVICE_TALLY_ELECTION_H_

#include <cstdint>
#include <string>
#include <vector>

namespace caucus::tally {

// A candidate, as its place in Election::candidates.
using CandidateIndex = uint32_t;

struct Candidate {
  std::string id;  // Unique within the election and never reused: draws are made from it.
  std::string name;
  bool withdrawn = false;  // Ballots are read as if this candidate were not on them.

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

// What stands at one rank of a ballot: nobody (the rank was skipped), one candidate, or several of
// equal rank, which a method that moves ballots from candidate to candidate meets as an overvote.
struct Rank {
  std::vector<CandidateIndex> candidates;  // Distinct.
  bool is_overvote = false;                // Marked more than once, and for whom is not known.

  friend bool operator==(const Rank&, const Rank&) = default;
};

// Equal ballots, best rank first. Without any rank they are abstentions.
struct Ballots {
  uint64_t count = 1;
  std::vector<Rank> ranks;

  friend bool operator==(const Ballots&, const Ballots&) = default;
};

struct Election {
  std::string title;
  std::vector<Candidate> candidates;
  std::vector<Ballots> ballots;

  friend bool operator==(const Election&, const Election&) = default;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_ELECTION_H_
