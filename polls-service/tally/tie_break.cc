#include "polls-service/tally/tie_break.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "common/crypto/sha256.h"

namespace caucus::tally {
namespace {

Sha256Digest LotOf(std::string_view seed, std::string_view id) {
  std::string input(seed);
  input.push_back('\0');
  input.append(id);
  return Sha256(input);
}

}  // namespace

std::vector<CandidateIndex> Draw(const std::vector<Candidate>& candidates, std::string_view seed) {
  std::vector<Sha256Digest> lots;
  lots.reserve(candidates.size());
  for (const Candidate& candidate : candidates) lots.push_back(LotOf(seed, candidate.id));
  std::vector<CandidateIndex> drawn(candidates.size());
  std::iota(drawn.begin(), drawn.end(), 0);
  std::sort(drawn.begin(), drawn.end(),
            [&](CandidateIndex a, CandidateIndex b) { return lots[a] < lots[b]; });
  return drawn;
}

}  // namespace caucus::tally
