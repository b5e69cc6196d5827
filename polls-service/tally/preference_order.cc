#include "polls-service/tally/preference_order.h"

#include <algorithm>

namespace caucus::tally {

PreferenceOrder::PreferenceOrder(const Election& election)
    : election_(election), last_seen_(election.candidates.size()) {}

void PreferenceOrder::Read(const std::vector<Rank>& ranks, uint32_t ranks_max) {
  ranked_.clear();
  ends_.clear();
  ++ballot_;
  const size_t end = ranks_max == 0 ? ranks.size() : std::min<size_t>(ranks.size(), ranks_max);
  for (size_t i = 0; i < end; ++i) {
    const size_t begin = ranked_.size();
    if (ranks[i].is_overvote && ranks[i].candidates.size() < 2) continue;
    for (const CandidateIndex candidate : ranks[i].candidates) {
      if (election_.candidates[candidate].withdrawn || last_seen_[candidate] == ballot_) continue;
      last_seen_[candidate] = ballot_;
      ranked_.push_back(candidate);
    }
    if (ranked_.size() > begin) ends_.push_back(ranked_.size());
  }
}

std::span<const CandidateIndex> PreferenceOrder::group(size_t i) const {
  const size_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::span(ranked_).subspan(begin, ends_[i] - begin);
}

std::vector<CandidateIndex> Contenders(const Election& election) {
  std::vector<CandidateIndex> contenders;
  for (CandidateIndex i = 0; i < election.candidates.size(); ++i) {
    if (!election.candidates[i].withdrawn) contenders.push_back(i);
  }
  return contenders;
}

}  // namespace caucus::tally
