#include "polls-service/tally/count_election.h"

#include <utility>

#include "common/status/status_macros.h"
#include "polls-service/tally/ballot_piles.h"
#include "polls-service/tally/copeland.h"
#include "polls-service/tally/instant_runoff.h"
#include "polls-service/tally/minimax.h"
#include "polls-service/tally/pairwise.h"
#include "polls-service/tally/positional.h"
#include "polls-service/tally/preference_order.h"
#include "polls-service/tally/ranked_pairs.h"
#include "polls-service/tally/schulze.h"
#include "polls-service/tally/standings.h"
#include "polls-service/tally/stv.h"
#include "polls-service/tally/tie_breaker.h"
#include "polls-service/tally/vote_ledger.h"

namespace caucus::tally {
namespace {

// A count with one round that holds the first preferences.
Count FirstPreferences(const Election& election, const Rules& rules) {
  const BallotPiles piles(election, rules, BallotPiles::Depth::kFirstChoice);
  Count count;
  count.ballots = piles.ballots();
  count.abstentions = piles.abstentions();
  count.rounds.push_back(VoteLedger(election, piles, /*ballot_value=*/1).BeginRound());
  return count;
}

Outcome CountPlurality(const Election& election, const Round& first_preferences) {
  Outcome outcome;
  for (const auto& votes : first_preferences.tallies) outcome.scores.push_back(votes.value_or(0));
  outcome.groups = GroupByScore(Contenders(election), outcome.scores, Better::kHigher);
  return outcome;
}

bool ComparesPairs(Method method) {
  return method == Method::kSchulze || method == Method::kRankedPairs ||
         method == Method::kMinimax || method == Method::kCopeland;
}

Outcome CountPairs(const PairwiseMatrix& matrix, Method method, const TieBreaker& tie_breaker) {
  if (method == Method::kSchulze) return CountSchulze(matrix);
  if (method == Method::kRankedPairs) return CountRankedPairs(matrix, tie_breaker);
  if (method == Method::kMinimax) return CountMinimax(matrix);
  return CountCopeland(matrix);
}

// For methods without rounds.
Count CountAtOnce(const Election& election, const Rules& rules) {
  const TieBreaker tie_breaker(election, rules);
  Count count = FirstPreferences(election, rules);
  Outcome outcome;
  if (ComparesPairs(rules.method)) {
    const PairwiseMatrix matrix(election, rules);
    count.pairwise = matrix.preferences();
    outcome = CountPairs(matrix, rules.method, tie_breaker);
  } else if (rules.method == Method::kWeighted) {
    outcome = CountWeighted(election, rules);
  } else if (rules.method == Method::kBorda) {
    outcome = CountBorda(election, rules);
  } else {
    outcome = CountPlurality(election, count.rounds.front());
  }
  ElectFirst(std::move(outcome), rules.seats, tie_breaker, count);
  return count;
}

}  // namespace

absl::StatusOr<Count> CountElection(const Election& election, const Rules& rules) {
  RETURN_IF_ERROR(Check(election, rules));
  switch (rules.method) {
    case Method::kInstantRunoff:
      return CountInstantRunoff(election, rules);
    case Method::kStvScottish:
    case Method::kStvWigm:
      return CountStv(election, rules);
    case Method::kWeighted:
    case Method::kBorda:
    case Method::kSchulze:
    case Method::kRankedPairs:
    case Method::kMinimax:
    case Method::kCopeland:
    case Method::kPlurality:
      return CountAtOnce(election, rules);
  }
  return absl::InvalidArgumentError("there is no such method");
}

}  // namespace caucus::tally
