// Small elections for tests, written as one would write them on paper.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_ELECTION_BUILDER_H_
#define POLLS_SERVICE_TALLY_ELECTION_BUILDER_H_

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"

namespace caucus::tally::testing {

// Splits "a>b" at '>'.
inline std::vector<std::string> SplitAt(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// Reads a ballot such as "A>B=C>->D>?": '=' between equals, '-' for a skipped rank and '?' for an
// overvote.
//
// REQUIRES: the names are candidates' names.
inline std::vector<Rank> RanksOf(const std::vector<Candidate>& candidates, std::string_view text) {
  std::vector<Rank> ranks;
  for (const std::string& part : SplitAt(text, '>')) {
    Rank rank;
    rank.is_overvote = part == "?";
    for (const std::string& name : SplitAt(part, '=')) {
      for (CandidateIndex i = 0; i < candidates.size(); ++i) {
        if (candidates[i].name == name) rank.candidates.push_back(i);
      }
    }
    ranks.push_back(std::move(rank));
  }
  return ranks;
}

// Returns an election; candidates' ids are their names.
inline Election ElectionOf(const std::vector<std::string>& names,
                           const std::vector<std::pair<uint64_t, std::string>>& ballots) {
  Election election;
  for (const std::string& name : names) election.candidates.push_back({.id = name, .name = name});
  for (const auto& [count, text] : ballots) {
    election.ballots.push_back({.count = count, .ranks = RanksOf(election.candidates, text)});
  }
  return election;
}

// Where shall the capital be? Everybody wants it near.
inline Election Tennessee() {
  return ElectionOf({"Memphis", "Nashville", "Chattanooga", "Knoxville"},
                    {{42, "Memphis>Nashville>Chattanooga>Knoxville"},
                     {26, "Nashville>Chattanooga>Knoxville>Memphis"},
                     {15, "Chattanooga>Knoxville>Nashville>Memphis"},
                     {17, "Knoxville>Chattanooga>Nashville>Memphis"}});
}

// Returns the standings as "rank name", with a star for the elected.
inline std::vector<std::string> NamesByRank(const Election& election, const Count& count) {
  std::vector<std::string> lines;
  for (const Standing& standing : count.standings) {
    lines.push_back(std::to_string(standing.rank) + " " +
                    election.candidates[standing.candidate].name + (standing.elected ? " *" : ""));
  }
  return lines;
}

}  // namespace caucus::tally::testing

#endif  // POLLS_SERVICE_TALLY_ELECTION_BUILDER_H_
