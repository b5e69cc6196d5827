// A ballot as methods read it that compare candidates: groups of equals, best first, each candidate
// once. Skipped ranks, overvotes for unknown candidates and withdrawn candidates leave no trace.
//
// Thread-compatible.

#ifndef POLLS_SERVICE_TALLY_PREFERENCE_ORDER_H_
#define POLLS_SERVICE_TALLY_PREFERENCE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "polls-service/tally/election.h"

namespace caucus::tally {

class PreferenceOrder {
 public:
  explicit PreferenceOrder(const Election& election);

  // Reads the first `ranks_max` ranks, 0: all. What was read before is forgotten.
  void Read(const std::vector<Rank>& ranks, uint32_t ranks_max);

  // Number of groups; none is empty.
  size_t size() const { return ends_.size(); }
  std::span<const CandidateIndex> group(size_t i) const;

  // All ranked candidates, best first.
  std::span<const CandidateIndex> ranked() const { return ranked_; }

 private:
  const Election& election_;
  std::vector<uint64_t> last_seen_;  // The number of the ballot on which a candidate was seen last.
  uint64_t ballot_ = 0;
  std::vector<CandidateIndex> ranked_;
  std::vector<size_t> ends_;  // Of the groups in ranked_.
};

// Returns the candidates that are not withdrawn.
std::vector<CandidateIndex> Contenders(const Election& election);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_TALLY_PREFERENCE_ORDER_H_
