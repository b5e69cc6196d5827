#include "polls-service/tally/instant_runoff.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "polls-service/tally/ballot_piles.h"
#include "polls-service/tally/elimination.h"
#include "polls-service/tally/standings.h"
#include "polls-service/tally/tie_breaker.h"
#include "polls-service/tally/vote_ledger.h"

namespace caucus::tally {
namespace {

class InstantRunoff {
 public:
  InstantRunoff(const Election& election, const Rules& rules)
      : rules_(rules),
        piles_(election, rules),
        tie_breaker_(election, rules),
        ledger_(election, piles_, /*ballot_value=*/1) {}

  Count Run() {
    count_.ballots = piles_.ballots();
    count_.abstentions = piles_.abstentions();
    for (bool goes_on = true; goes_on;) {
      Round round = ledger_.BeginRound();
      round.threshold = Threshold();
      goes_on = Play(round);
      count_.rounds.push_back(std::move(round));
    }
    StandByRounds(tie_breaker_, count_);
    return std::move(count_);
  }

 private:
  Votes Threshold() const {
    if (is_decided_) return count_.rounds.back().threshold;
    if (rules_.seats == 1) return ledger_.active() / 2 + 1;
    if (!count_.rounds.empty()) return count_.rounds.front().threshold;
    return ledger_.active() / (rules_.seats + Votes{1}) + 1;
  }

  // Returns whether another round follows.
  bool Play(Round& round) {
    const std::vector<CandidateIndex> continuing = ledger_.continuing();
    const bool may_stop = !rules_.until_two_remain || rules_.seats > 1 || continuing.size() <= 2;
    if (!is_decided_) {
      round.elected = ByVotes(Winners(continuing, round), round, tie_breaker_);
      is_decided_ = !round.elected.empty();
      if (is_decided_) return !may_stop;
    } else if (may_stop) {
      return false;
    }
    round.eliminated = Losers(continuing, round);
    ledger_.Eliminate(round.eliminated, round.transfers);
    return true;
  }

  std::vector<CandidateIndex> Winners(const std::vector<CandidateIndex>& continuing, Round& round) {
    std::vector<CandidateIndex> electable;
    for (const CandidateIndex candidate : continuing) {
      if (candidate != rules_.write_ins) electable.push_back(candidate);
    }
    if (electable.size() <= rules_.seats) return electable;
    if (rules_.seats > 1) return {};
    for (const CandidateIndex candidate : electable) {
      if (ledger_.tally(candidate) >= round.threshold) return {candidate};
    }
    const bool is_tied = continuing.size() == 2 &&
                         ledger_.tally(continuing.front()) == ledger_.tally(continuing.back());
    if (!is_tied) return {};
    round.ties.push_back(tie_breaker_.Choose(Tie::Question::kElection, continuing, count_.rounds,
                                             TieBreaker::Prefer::kMostVotes));
    return {round.ties.back().chosen};
  }

  std::vector<CandidateIndex> Losers(const std::vector<CandidateIndex>& continuing, Round& round) {
    if (rules_.write_ins && ledger_.is_continuing(*rules_.write_ins) &&
        ledger_.tally(*rules_.write_ins) > 0) {
      return {*rules_.write_ins};
    }
    if (rules_.batch_elimination) {
      const size_t left_min = rules_.seats == 1 && rules_.until_two_remain ? 2 : rules_.seats;
      std::vector<CandidateIndex> hopeless = Hopeless(continuing, left_min, tie_breaker_, round);
      if (!hopeless.empty()) return hopeless;
    }
    return {Fewest(continuing, count_.rounds, tie_breaker_, round)};
  }

  const Rules& rules_;
  const BallotPiles piles_;
  const TieBreaker tie_breaker_;
  VoteLedger ledger_;
  Count count_;
  bool is_decided_ = false;
};

}  // namespace

Count CountInstantRunoff(const Election& election, const Rules& rules) {
  return InstantRunoff(election, rules).Run();
}

}  // namespace caucus::tally
