// How an election is counted: to be fixed before anybody votes.
//
// Thread-compatible: plain values.

#ifndef POLLS_SERVICE_TALLY_RULES_H_
#define POLLS_SERVICE_TALLY_RULES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally {

enum class Method {
  kWeighted,       // With v places, place n (from 0) gives ((v - n/2) / v)^(n + 1). Ranks that are
                   // skipped or shared take no place and give nothing.
  kInstantRunoff,  // IRV; with several seats "bottoms up": eliminates until so many are left.
  kStvScottish,    // Scottish Local Government Elections Order 2007: per ballot, five decimals.
  kStvWigm,        // Weighted inclusive Gregory method, surpluses in fixed point.
  kBorda,    // Of n candidates the first on a ballot gets n - 1 points, the next one less; equals
             // share theirs, and who is not ranked gets none.
  kSchulze,  // Winning votes.
  kRankedPairs,  // Tideman; winning votes.
  kMinimax,      // Winning votes.
  kCopeland,     // Victories less defeats.
  kPlurality,    // First preferences.
};

enum class Quota { kDroop, kHare };

// What a ballot that ranks several candidates equal means to IRV, STV and plurality. Sticky: a
// ballot that is exhausted stays so, even if all but one of them are eliminated later. Where it is
// not known for whom a rank was marked, kExhaustIfMultipleContinuing exhausts.
enum class OvervoteRule { kExhaust, kSkipToNextRank, kExhaustIfMultipleContinuing };

// What IRV, STV and plurality do when they come to a candidate for the second time.
enum class DuplicateRule { kSkip, kExhaust };

// What pairwise methods make of a candidate that a ballot does not rank: below all ranked ones and
// equal to the other unranked, or not compared at all.
enum class UnrankedRule { kLast, kNotCompared };

// Defaults are what Caucus uses for its own polls. A rule that the method does not know has no
// effect.
struct Rules {
  Method method = Method::kWeighted;
  uint32_t seats = 1;           // 1 to the number of candidates that can be elected.
  Quota quota = Quota::kDroop;  // STV; Scottish: kDroop.
  uint32_t decimals = 5;        // STV, 0 to 9: fixed point, rounded down. Scottish: 5.
  uint32_t ranks_max = 0;       // Ranks of a ballot that count; 0: all. Weighted: v, 1 to 5.
  std::optional<uint32_t>
      skipped_ranks_max;  // In a row; more exhaust the ballot. Unset: any number.
  OvervoteRule overvotes = OvervoteRule::kExhaust;
  DuplicateRule duplicates = DuplicateRule::kSkip;
  UnrankedRule unranked = UnrankedRule::kLast;
  // IRV and STV: the candidate that stands for all undeclared write-ins. Is eliminated first, if it
  // has votes, and never elected.
  std::optional<CandidateIndex> write_ins;
  bool until_two_remain = false;   // IRV, one seat: goes on after a majority until two are left.
  bool batch_elimination = false;  // IRV: eliminates at once whom no transfer could save.
  // Ties that earlier rounds do not decide are drawn: see tie_break.h. What the draw is made from
  // has to be committed to before voting.
  std::string tie_break_seed;
  // If not empty, a published order of all candidates that decides instead of the draw.
  std::vector<CandidateIndex> tie_break_order;

  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_RULES_H_
