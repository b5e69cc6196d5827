#include "polls-service/tally/elimination.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "polls-service/tally/standings.h"

namespace caucus::tally {

CandidateIndex Fewest(const std::vector<CandidateIndex>& continuing,
                      const std::vector<Round>& earlier, const TieBreaker& tie_breaker,
                      Round& round) {
  Votes fewest = *round.tallies[continuing.front()];
  for (const CandidateIndex candidate : continuing) {
    fewest = std::min(fewest, *round.tallies[candidate]);
  }
  std::vector<CandidateIndex> last;
  for (const CandidateIndex candidate : continuing) {
    if (round.tallies[candidate] == fewest) last.push_back(candidate);
  }
  if (last.size() == 1) return last.front();
  round.ties.push_back(tie_breaker.Choose(Tie::Question::kElimination, std::move(last), earlier,
                                          TieBreaker::Prefer::kFewestVotes));
  return round.ties.back().chosen;
}

std::vector<CandidateIndex> Hopeless(const std::vector<CandidateIndex>& continuing, size_t left_min,
                                     const TieBreaker& tie_breaker, const Round& round) {
  std::vector<CandidateIndex> ascending = ByVotes(continuing, round, tie_breaker);
  std::reverse(ascending.begin(), ascending.end());
  size_t hopeless = 0;
  Votes votes = 0;
  for (size_t i = 0; i < ascending.size() && ascending.size() - i >= left_min; ++i) {
    const Votes tally = *round.tallies[ascending[i]];
    if (votes < tally) hopeless = i;
    votes += tally;
  }
  ascending.resize(hopeless);
  return ascending;
}

}  // namespace caucus::tally
