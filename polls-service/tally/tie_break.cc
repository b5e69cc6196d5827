#include "polls-service/tally/tie_break.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>

namespace caucus::tally {
namespace {

using Lot = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Lot LotOf(std::string_view seed, std::string_view id) {
  std::string input(seed);
  input.push_back('\0');
  input.append(id);
  Lot lot;
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), lot.data());
  return lot;
}

}  // namespace

std::vector<CandidateIndex> Draw(const std::vector<Candidate>& candidates, std::string_view seed) {
  std::vector<Lot> lots;
  lots.reserve(candidates.size());
  for (const Candidate& candidate : candidates) lots.push_back(LotOf(seed, candidate.id));
  std::vector<CandidateIndex> drawn(candidates.size());
  std::iota(drawn.begin(), drawn.end(), 0);
  std::sort(drawn.begin(), drawn.end(),
            [&](CandidateIndex a, CandidateIndex b) { return lots[a] < lots[b]; });
  return drawn;
}

}  // namespace caucus::tally
