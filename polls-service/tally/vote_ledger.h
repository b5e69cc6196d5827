// Who holds which votes during a count in rounds. No vote gets lost: tallies and inactive votes
// always add up to the ballots.
//
// Thread-compatible. The piles must outlive the ledger.

#ifndef POLLS_SERVICE_TALLY_VOTE_LEDGER_H_
#define POLLS_SERVICE_TALLY_VOTE_LEDGER_H_

#include <functional>
#include <optional>
#include <vector>

#include "polls-service/tally/ballot_piles.h"
#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {

class VoteLedger {
 public:
  // Gives every pile to its first candidate. A ballot is worth `ballot_value`.
  VoteLedger(const Election& election, const BallotPiles& piles, Votes ballot_value);

  // Returns a round with the tallies and the inactive votes as they are now.
  Round BeginRound() const;

  bool is_continuing(CandidateIndex candidate) const { return continuing_[candidate]; }
  std::vector<CandidateIndex> continuing() const;
  Votes tally(CandidateIndex candidate) const { return tallies_[candidate]; }
  Votes active() const;  // What continuing and elected candidates have.

  // Takes all `eliminated` out of the count and moves their votes on. Appends to `transfers`.
  void Eliminate(const std::vector<CandidateIndex>& eliminated, std::vector<Transfer>& transfers);

  // Lets no more votes go to `elected`.
  void Elect(CandidateIndex elected) { continuing_[elected] = false; }

  // Leaves `quota` with `elected` and moves the rest on: of each ballot what `rest_of` makes of its
  // value. Whatever that leaves of the surplus becomes residual. Appends to `transfers`.
  //
  // REQUIRES: Elect was called, the tally is at least `quota`; called once for a candidate.
  void TransferSurplus(CandidateIndex elected, Votes quota,
                       const std::function<Votes(Votes)>& rest_of,
                       std::vector<Transfer>& transfers);

 private:
  // A pile, or what is left of its votes, in somebody's hands.
  struct Holding {
    BallotPiles::Bookmark bookmark;
    Votes ballot_value = 0;
  };

  // Moves a holding to whom it belongs next. Returns nothing if it becomes inactive.
  std::optional<CandidateIndex> Assign(Holding holding);
  // Moves holdings on; tells what went where, nobody last.
  void MoveOn(CandidateIndex from, std::vector<Holding> holdings, std::vector<Transfer>& transfers);
  Votes VotesOf(const Holding& holding) const;

  const BallotPiles& piles_;
  std::vector<bool> continuing_;
  std::vector<bool> in_count_;
  std::vector<Votes> tallies_;
  std::vector<std::vector<Holding>> holdings_;
  Inactive inactive_;
};

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_VOTE_LEDGER_H_
