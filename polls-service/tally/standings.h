// Turns what a method found into who comes in where.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_TALLY_STANDINGS_H_
#define POLLS_SERVICE_TALLY_STANDINGS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"
#include "polls-service/tally/tie_breaker.h"

namespace caucus::tally {

// What a method without rounds found.
struct Outcome {
  // Best first; candidates in one group are equal.
  std::vector<std::vector<CandidateIndex>> groups;
  std::vector<int64_t> scores;  // By candidate.
  int64_t score_denominator = 1;
  std::vector<Tie> ties;  // That the method itself had to break.
};

enum class Better { kHigher, kLower };

// Returns `candidates` grouped by score.
std::vector<std::vector<CandidateIndex>> GroupByScore(std::vector<CandidateIndex> candidates,
                                                      const std::vector<int64_t>& scores,
                                                      Better better);

// Returns the outcome of a relation without cycles. The first group is not beaten by anybody, the
// next by nobody but those before it, and so on; the score is how many a candidate beats.
// `candidates_total` counts the withdrawn too.
Outcome OutcomeOfDefeats(const std::vector<CandidateIndex>& candidates, size_t candidates_total,
                         const std::function<bool(CandidateIndex, CandidateIndex)>& beats);

// Elects the first `seats` candidates: fills the standings of `count`, and elected and ties of its
// only round. If equals stand on both sides of the last seat, the tie breaker elects.
void ElectFirst(Outcome outcome, uint32_t seats, const TieBreaker& tie_breaker, Count& count);

// Fills the standings of a count in rounds: the elected in the order of their election, then who
// was neither elected nor eliminated, then the eliminated, the last one first. Whom one round
// treated alike is ordered by votes.
void StandByRounds(const TieBreaker& tie_breaker, Count& count);

// Returns `candidates`, those with the most votes in `round` first; equal ones as the tie breaker
// has them, so that the order of Election::candidates shows nowhere.
std::vector<CandidateIndex> ByVotes(std::vector<CandidateIndex> candidates, const Round& round,
                                    const TieBreaker& tie_breaker);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_STANDINGS_H_
