#include "polls-service/tally/ranked_pairs.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "polls-service/tally/count.h"
#include "polls-service/tally/election.h"

namespace caucus::tally {
namespace {

struct Majority {
  CandidateIndex winner = 0;
  CandidateIndex loser = 0;
  uint64_t votes = 0;
  uint64_t against = 0;
};

bool AreEqual(const Majority& a, const Majority& b) {
  return a.votes == b.votes && a.against == b.against;
}

// Returns the majorities, the largest first.
std::vector<Majority> Majorities(const PairwiseMatrix& matrix, const TieBreaker& tie_breaker) {
  std::vector<Majority> majorities;
  for (const CandidateIndex a : matrix.candidates()) {
    for (const CandidateIndex b : matrix.candidates()) {
      if (!matrix.Beats(a, b)) continue;
      majorities.push_back({a, b, matrix.preferences()[a][b], matrix.preferences()[b][a]});
    }
  }
  const auto key = [&](const Majority& majority) {
    return std::tuple(~majority.votes, majority.against, ~tie_breaker.position(majority.loser),
                      tie_breaker.position(majority.winner));
  };
  std::sort(majorities.begin(), majorities.end(),
            [&](const Majority& a, const Majority& b) { return key(a) < key(b); });
  return majorities;
}

// The locked majorities and all that follows from them, a row of bits for each candidate: with a
// thousand candidates there are half a million majorities.
class LockedOrder {
 public:
  explicit LockedOrder(size_t candidates)
      : beats_(candidates, std::vector<uint64_t>((candidates + 63) / 64)) {}

  bool Beats(CandidateIndex a, CandidateIndex b) const {
    return (beats_[a][b / 64] >> (b % 64) & 1) != 0;
  }

  void Lock(CandidateIndex winner, CandidateIndex loser) {
    if (Beats(winner, loser)) return;
    const std::vector<uint64_t>& below = beats_[loser];
    for (CandidateIndex above = 0; above < beats_.size(); ++above) {
      if (Beats(above, loser) || (above != winner && !Beats(above, winner))) continue;
      beats_[above][loser / 64] |= uint64_t{1} << (loser % 64);
      for (size_t i = 0; i < below.size(); ++i) beats_[above][i] |= below[i];
    }
  }

 private:
  std::vector<std::vector<uint64_t>> beats_;
};

// Locks equal majorities. Returns, if they contradict one another, whom they are about.
std::vector<CandidateIndex> LockEquals(std::vector<Majority> equals, LockedOrder& order) {
  std::erase_if(equals, [&](const Majority& majority) {
    return order.Beats(majority.loser, majority.winner);
  });
  bool is_contradiction = false;
  std::set<CandidateIndex> candidates;
  for (const Majority& majority : equals) {
    candidates.insert({majority.winner, majority.loser});
    if (order.Beats(majority.loser, majority.winner)) {
      is_contradiction = true;
    } else {
      order.Lock(majority.winner, majority.loser);
    }
  }
  if (!is_contradiction) return {};
  return {candidates.begin(), candidates.end()};
}

}  // namespace

Outcome CountRankedPairs(const PairwiseMatrix& matrix, const TieBreaker& tie_breaker) {
  const std::vector<Majority> majorities = Majorities(matrix, tie_breaker);
  LockedOrder order(matrix.preferences().size());
  std::vector<Tie> ties;
  for (auto begin = majorities.begin(); begin != majorities.end();) {
    const auto end = std::find_if_not(
        begin, majorities.end(), [&](const Majority& other) { return AreEqual(*begin, other); });
    std::vector<CandidateIndex> contradiction = LockEquals({begin, end}, order);
    if (!contradiction.empty()) {
      ties.push_back(tie_breaker.Order(Tie::Question::kOrder, std::move(contradiction)));
    }
    begin = end;
  }
  const auto beats = [&](CandidateIndex a, CandidateIndex b) { return order.Beats(a, b); };
  Outcome outcome = OutcomeOfDefeats(matrix.candidates(), matrix.preferences().size(), beats);
  outcome.ties = std::move(ties);
  return outcome;
}

}  // namespace caucus::tally
