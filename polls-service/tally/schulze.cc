#include "polls-service/tally/schulze.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally {
namespace {

using Strengths = std::vector<std::vector<int64_t>>;

// Floyd and Warshall, for the widest path.
Strengths StrongestPaths(const PairwiseMatrix& matrix) {
  const std::vector<CandidateIndex>& candidates = matrix.candidates();
  const size_t size = matrix.preferences().size();
  Strengths paths(size, std::vector<int64_t>(size));
  for (const CandidateIndex a : candidates) {
    for (const CandidateIndex b : candidates) paths[a][b] = matrix.WinningVotes(a, b);
  }
  for (const CandidateIndex via : candidates) {
    for (const CandidateIndex from : candidates) {
      const int64_t first = paths[from][via];
      if (first == 0) continue;
      for (const CandidateIndex to : candidates) {
        paths[from][to] = std::max(paths[from][to], std::min(first, paths[via][to]));
      }
    }
  }
  return paths;
}

}  // namespace

Outcome CountSchulze(const PairwiseMatrix& matrix) {
  const Strengths paths = StrongestPaths(matrix);
  const auto beats = [&](CandidateIndex a, CandidateIndex b) { return paths[a][b] > paths[b][a]; };
  return OutcomeOfDefeats(matrix.candidates(), paths.size(), beats);
}

}  // namespace caucus::tally
