// What a count found: every round, every transfer, every tie.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_TALLY_COUNT_H_
#define POLLS_SERVICE_TALLY_COUNT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally {

// Votes in fixed point: units of 10^-decimals (Count::decimals).
using Votes = int64_t;

// Votes that count for nobody any more, by reason.
struct Inactive {
  Votes exhausted_choices = 0;  // No continuing candidate is left on the ballot; abstentions too.
  Votes overvotes = 0;
  Votes repeated_rankings = 0;
  Votes skipped_rankings = 0;
  Votes residual = 0;  // Lost to rounding down.

  friend bool operator==(const Inactive&, const Inactive&) = default;
};

// From one candidate, elected or eliminated, to another or to nobody.
struct Transfer {
  CandidateIndex from = 0;
  std::optional<CandidateIndex> to;  // Unset: the votes became inactive.
  Votes votes = 0;

  friend bool operator==(const Transfer&, const Transfer&) = default;
};

// A tie and how it was broken. A draw orders candidates as tie_break.h says.
struct Tie {
  enum class Question { kElimination, kElection, kSurplus, kOrder };
  enum class Rule { kPreviousRound, kDraw, kPublishedOrder };

  Question question = Question::kElimination;
  std::vector<CandidateIndex> candidates;  // In the order of Election::candidates.
  Rule rule = Rule::kPreviousRound;
  uint32_t deciding_round = 0;  // Of kPreviousRound: the round's number, from 1.
  // Who was eliminated, elected or transferred; of kOrder, whom the draw favours, the first of it.
  CandidateIndex chosen = 0;
  // The draw or the published order, first drawn first, of those whom no round set apart; empty for
  // kPreviousRound.
  std::vector<CandidateIndex> order;

  friend bool operator==(const Tie&, const Tie&) = default;
};

struct Round {
  // Votes needed to be elected in this round; 0 where the method knows none.
  Votes threshold = 0;
  // At the beginning of the round, by candidate; unset for those no longer in the count.
  std::vector<std::optional<Votes>> tallies;
  Inactive inactive;                       // Likewise.
  std::vector<CandidateIndex> elected;     // In this round, in order.
  std::vector<CandidateIndex> eliminated;  // Likewise.
  std::vector<Transfer> transfers;         // That lead to the next round; residuals are not in it.
  std::vector<Tie> ties;

  friend bool operator==(const Round&, const Round&) = default;
};

// Where a candidate came in.
struct Standing {
  CandidateIndex candidate = 0;
  uint32_t rank = 0;  // From 1; equal for a tie that was not broken, because nothing hung on it.
  bool elected = false;
  // The method's measure, as a fraction: the most votes that the candidate had in any round (IRV,
  // STV, plurality), the sum of points (weighted, Borda), victories less defeats (Copeland), the
  // strongest opposition (minimax), candidates beaten (Schulze: by paths; ranked pairs: in the
  // locked order).
  int64_t score = 0;
  int64_t score_denominator = 1;

  friend bool operator==(const Standing&, const Standing&) = default;
};

struct Count {
  uint64_t ballots = 0;
  uint64_t abstentions = 0;  // Of them: marked for no candidate, or only for withdrawn ones.
  uint32_t decimals = 0;     // Of Votes.
  // One round with the first preferences for methods that know no rounds.
  std::vector<Round> rounds;
  // Ballots that prefer the row's candidate to the column's; only for methods that compare pairs.
  std::vector<std::vector<uint64_t>> pairwise;
  std::vector<Standing> standings;  // Best first. Withdrawn candidates are not in it.

  friend bool operator==(const Count&, const Count&) = default;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_COUNT_H_
