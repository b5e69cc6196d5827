#include "polls-service/tally/count_election.h"

#include <utility>

#include "common/status/status_macros.h"
#include "polls-service/tally/ballot_piles.h"
#include "polls-service/tally/instant_runoff.h"
#include "polls-service/tally/positional.h"
#include "polls-service/tally/preference_order.h"
#include "polls-service/tally/standings.h"
#include "polls-service/tally/tie_breaker.h"
#include "polls-service/tally/vote_ledger.h"

namespace caucus::tally {
namespace {

// A count with one round that holds the first preferences.
Count FirstPreferences(const Election& election, const Rules& rules) {
  const BallotPiles piles(election, rules);
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

Count CountAtOnce(const Election& election, const Rules& rules) {
  const TieBreaker tie_breaker(election, rules);
  Count count = FirstPreferences(election, rules);
  Outcome outcome;
  switch (rules.method) {
    case Method::kWeighted:
      outcome = CountWeighted(election, rules);
      break;
    case Method::kBorda:
      outcome = CountBorda(election, rules);
      break;
    default:
      outcome = CountPlurality(election, count.rounds.front());
      break;
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
    case Method::kWeighted:
    case Method::kBorda:
    case Method::kPlurality:
      return CountAtOnce(election, rules);
    default:
      return absl::UnimplementedError("not counted yet");
  }
}

}  // namespace caucus::tally
