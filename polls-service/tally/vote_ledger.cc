#include "polls-service/tally/vote_ledger.h"

#include <cstddef>
#include <utility>

namespace caucus::tally {
namespace {

Votes& InactiveOf(BallotPiles::Exhaustion exhaustion, Inactive& inactive) {
  switch (exhaustion) {
    case BallotPiles::Exhaustion::kOvervote:
      return inactive.overvotes;
    case BallotPiles::Exhaustion::kRepeatedRanking:
      return inactive.repeated_rankings;
    case BallotPiles::Exhaustion::kSkippedRankings:
      return inactive.skipped_rankings;
    case BallotPiles::Exhaustion::kNoChoiceLeft:
      break;
  }
  return inactive.exhausted_choices;
}

}  // namespace

VoteLedger::VoteLedger(const Election& election, const BallotPiles& piles, Votes ballot_value)
    : piles_(piles), tallies_(election.candidates.size()), holdings_(election.candidates.size()) {
  for (const Candidate& candidate : election.candidates) {
    continuing_.push_back(!candidate.withdrawn);
  }
  in_count_ = continuing_;
  for (uint32_t pile = 0; pile < piles.size(); ++pile) Assign({piles.Start(pile), ballot_value});
}

Round VoteLedger::BeginRound() const {
  Round round;
  round.tallies.resize(tallies_.size());
  for (size_t i = 0; i < tallies_.size(); ++i) {
    if (in_count_[i]) round.tallies[i] = tallies_[i];
  }
  round.inactive = inactive_;
  return round;
}

std::vector<CandidateIndex> VoteLedger::continuing() const {
  std::vector<CandidateIndex> candidates;
  for (CandidateIndex i = 0; i < continuing_.size(); ++i) {
    if (continuing_[i]) candidates.push_back(i);
  }
  return candidates;
}

Votes VoteLedger::active() const {
  Votes votes = 0;
  for (const Votes tally : tallies_) votes += tally;
  return votes;
}

void VoteLedger::Eliminate(const std::vector<CandidateIndex>& eliminated,
                           std::vector<Transfer>& transfers) {
  for (const CandidateIndex candidate : eliminated) {
    continuing_[candidate] = false;
    in_count_[candidate] = false;
    tallies_[candidate] = 0;
  }
  for (const CandidateIndex candidate : eliminated) {
    MoveOn(candidate, std::exchange(holdings_[candidate], {}), transfers);
  }
}

void VoteLedger::TransferSurplus(CandidateIndex elected, Votes quota,
                                 const std::function<Votes(Votes)>& rest_of,
                                 std::vector<Transfer>& transfers) {
  std::vector<Holding> holdings = std::exchange(holdings_[elected], {});
  const Votes surplus = tallies_[elected] - quota;
  Votes moved = 0;
  for (Holding& holding : holdings) {
    holding.ballot_value = rest_of(holding.ballot_value);
    moved += VotesOf(holding);
  }
  tallies_[elected] = quota;
  inactive_.residual += surplus - moved;
  MoveOn(elected, std::move(holdings), transfers);
}

std::optional<CandidateIndex> VoteLedger::Assign(Holding holding) {
  const Votes votes = VotesOf(holding);
  const BallotPiles::Recipient recipient = piles_.Next(holding.bookmark, continuing_);
  if (recipient.candidate) {
    tallies_[*recipient.candidate] += votes;
    holdings_[*recipient.candidate].push_back(holding);
  } else {
    InactiveOf(recipient.exhaustion, inactive_) += votes;
  }
  return recipient.candidate;
}

void VoteLedger::MoveOn(CandidateIndex from, std::vector<Holding> holdings,
                        std::vector<Transfer>& transfers) {
  std::vector<Votes> received(tallies_.size());
  Votes lost = 0;
  for (const Holding& holding : holdings) {
    const std::optional<CandidateIndex> to = Assign(holding);
    (to ? received[*to] : lost) += VotesOf(holding);
  }
  for (CandidateIndex to = 0; to < received.size(); ++to) {
    if (received[to] > 0) transfers.push_back({.from = from, .to = to, .votes = received[to]});
  }
  if (lost > 0) transfers.push_back({.from = from, .to = {}, .votes = lost});
}

Votes VoteLedger::VotesOf(const Holding& holding) const {
  return static_cast<Votes>(piles_.count(holding.bookmark.pile)) * holding.ballot_value;
}

}  // namespace caucus::tally
