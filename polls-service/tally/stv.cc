#include "polls-service/tally/stv.h"

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

Votes OneVote(const Rules& rules) {
  Votes one = 1;
  for (uint32_t i = 0; i < rules.decimals; ++i) one *= 10;
  return one;
}

// a * b / c, rounded down. The product of two numbers of votes does not fit into one.
Votes Share(Votes a, Votes b, Votes c) {
  return static_cast<Votes>(static_cast<__int128>(a) * b / c);
}

class Stv {
 public:
  Stv(const Election& election, const Rules& rules)
      : rules_(rules),
        one_vote_(OneVote(rules)),
        piles_(election, rules),
        tie_breaker_(election, rules),
        ledger_(election, piles_, one_vote_),
        quota_(QuotaOf(ledger_.active())),
        seats_left_(rules.seats) {}

  Count Run() {
    count_.ballots = piles_.ballots();
    count_.abstentions = piles_.abstentions();
    count_.decimals = rules_.decimals;
    for (bool goes_on = true; goes_on;) {
      Round round = ledger_.BeginRound();
      round.threshold = quota_;
      goes_on = rules_.method == Method::kStvScottish ? PlayScottish(round) : PlayWigm(round);
      count_.rounds.push_back(std::move(round));
    }
    StandByRounds(tie_breaker_, count_);
    return std::move(count_);
  }

 private:
  Votes QuotaOf(Votes votes) const {
    const Votes seats = rules_.seats;
    if (rules_.quota == Quota::kDroop) return (votes / one_vote_ / (seats + 1) + 1) * one_vote_;
    return std::max<Votes>(votes / seats + (votes % seats > 0 ? 1 : 0), 1);
  }

  // Returns whether another round follows.
  bool PlayWigm(Round& round) {
    if (seats_left_ == 0) return false;
    Elect(round);
    if (round.elected.empty()) {
      round.eliminated = {NextLoser(round)};
      ledger_.Eliminate(round.eliminated, round.transfers);
      return true;
    }
    for (const CandidateIndex elected : round.elected) {
      const Votes tally = ledger_.tally(elected);
      if (tally <= quota_) continue;
      const Votes fraction = Share(tally - quota_, one_vote_, tally);
      ledger_.TransferSurplus(
          elected, quota_, [&](Votes value) { return Share(value, fraction, one_vote_); },
          round.transfers);
    }
    return true;
  }

  bool PlayScottish(Round& round) {
    // Those who reach the quota may leave just as many as there are seats.
    while (Elect(round)) {
    }
    if (seats_left_ == 0) return false;
    for (const CandidateIndex elected : round.elected) {
      if (ledger_.tally(elected) > quota_) with_surplus_.push_back(elected);
    }
    if (with_surplus_.empty()) return EliminateScottish(round);
    const CandidateIndex from = LargestSurplus(round);
    std::erase(with_surplus_, from);
    const Votes tally = ledger_.tally(from);
    ledger_.TransferSurplus(
        from, quota_, [&](Votes value) { return Share(tally - quota_, value, tally); },
        round.transfers);
    return true;
  }

  // Returns whether another round follows.
  bool EliminateScottish(Round& round) {
    round.eliminated = {NextLoser(round)};
    std::vector<CandidateIndex> left = Electable();
    std::erase(left, round.eliminated.front());
    if (left.size() > seats_left_) {
      ledger_.Eliminate(round.eliminated, round.transfers);
      return true;
    }
    // Rule 51: once the last vacancies can be filled, no further transfer is made.
    left = ByVotes(std::move(left), round, tie_breaker_);
    round.elected.insert(round.elected.end(), left.begin(), left.end());
    return false;
  }

  std::vector<CandidateIndex> Electable() const {
    std::vector<CandidateIndex> electable = ledger_.continuing();
    if (rules_.write_ins) std::erase(electable, *rules_.write_ins);
    return electable;
  }

  // Returns whether somebody was elected.
  bool Elect(Round& round) {
    std::vector<CandidateIndex> electable = Electable();
    if (electable.size() > seats_left_) {
      std::erase_if(electable,
                    [&](CandidateIndex candidate) { return ledger_.tally(candidate) < quota_; });
    }
    if (seats_left_ == 0 || electable.empty()) return false;
    for (const CandidateIndex candidate : ByVotes(std::move(electable), round, tie_breaker_)) {
      ledger_.Elect(candidate);
      round.elected.push_back(candidate);
      --seats_left_;
    }
    return true;
  }

  CandidateIndex NextLoser(Round& round) const {
    if (rules_.write_ins && ledger_.is_continuing(*rules_.write_ins) &&
        ledger_.tally(*rules_.write_ins) > 0) {
      return *rules_.write_ins;
    }
    return Fewest(ledger_.continuing(), count_.rounds, tie_breaker_, round);
  }

  CandidateIndex LargestSurplus(Round& round) const {
    std::vector<CandidateIndex> largest;
    for (const CandidateIndex candidate : with_surplus_) {
      if (!largest.empty() && ledger_.tally(candidate) < ledger_.tally(largest.front())) continue;
      if (!largest.empty() && ledger_.tally(candidate) > ledger_.tally(largest.front())) {
        largest.clear();
      }
      largest.push_back(candidate);
    }
    if (largest.size() == 1) return largest.front();
    round.ties.push_back(tie_breaker_.Choose(Tie::Question::kSurplus, std::move(largest),
                                             count_.rounds, TieBreaker::Prefer::kMostVotes));
    return round.ties.back().chosen;
  }

  const Rules& rules_;
  const Votes one_vote_;
  const BallotPiles piles_;
  const TieBreaker tie_breaker_;
  VoteLedger ledger_;
  const Votes quota_;
  size_t seats_left_;
  std::vector<CandidateIndex> with_surplus_;  // Elected, and not transferred yet.
  Count count_;
};

}  // namespace

Count CountStv(const Election& election, const Rules& rules) { return Stv(election, rules).Run(); }

}  // namespace caucus::tally
