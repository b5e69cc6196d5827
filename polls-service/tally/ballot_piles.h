// Ballots as methods read them that move a ballot from candidate to candidate: without withdrawn
// candidates, with the rules for skipped ranks, duplicates and overvotes applied, equal ones in one
// pile.
//
// Immutable.

#ifndef POLLS_SERVICE_TALLY_BALLOT_PILES_H_
#define POLLS_SERVICE_TALLY_BALLOT_PILES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "polls-service/tally/election.h"
#include "polls-service/tally/rules.h"

namespace caucus::tally {

class BallotPiles {
 public:
  // Why a pile counts for nobody.
  enum class Exhaustion { kNoChoiceLeft, kOvervote, kRepeatedRanking, kSkippedRankings };

  // How much of a ballot is kept. With kFirstChoice, Next may be called once for each pile, with
  // all candidates continuing who are not withdrawn.
  enum class Depth { kAllChoices, kFirstChoice };

  // How far a pile has been read.
  struct Bookmark {
    uint32_t pile = 0;
    uint32_t at = 0;
  };

  struct Recipient {
    std::optional<CandidateIndex> candidate;  // Unset: the pile is exhausted.
    Exhaustion exhaustion = Exhaustion::kNoChoiceLeft;
  };

  BallotPiles(const Election& election, const Rules& rules, Depth depth = Depth::kAllChoices);

  // Number of piles.
  uint32_t size() const { return static_cast<uint32_t>(piles_.size()); }

  // Ballots in the pile.
  uint64_t count(uint32_t pile) const { return piles_[pile].count; }

  // Ballots in all piles, and how many of them are abstentions.
  uint64_t ballots() const { return ballots_; }
  uint64_t abstentions() const { return abstentions_; }

  Bookmark Start(uint32_t pile) const { return {pile, piles_[pile].begin}; }

  // Reads on until the pile counts for a `continuing` candidate or is exhausted. Once it is, it
  // must not be read again: exhaustion is final.
  Recipient Next(Bookmark& bookmark, const std::vector<bool>& continuing) const;

 private:
  struct Pile {
    uint32_t begin = 0;
    uint32_t end = 0;
    Exhaustion exhaustion = Exhaustion::kNoChoiceLeft;  // At the end.
    uint64_t count = 0;
  };

  // A candidate; or, negative, the number of candidates of equal rank that follow.
  std::vector<int32_t> choices_;
  std::vector<Pile> piles_;
  uint64_t ballots_ = 0;
  uint64_t abstentions_ = 0;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_BALLOT_PILES_H_
