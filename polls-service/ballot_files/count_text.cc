#include "polls-service/ballot_files/count_text.h"

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace caucus::tally {
namespace {

constexpr uint32_t kExactDecimalsMax = 9;
constexpr uint32_t kRoundedDecimals = 4;

uint64_t PowerOfTen(uint32_t exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

// REQUIRES: `magnitude` / 10^decimals has an integer part below 2^64.
std::string FixedPoint(bool is_negative, absl::uint128 magnitude, uint32_t decimals) {
  const uint64_t unit = PowerOfTen(decimals);
  std::string text = absl::StrCat(is_negative ? "-" : "", static_cast<uint64_t>(magnitude / unit));
  if (decimals == 0) return text;
  const std::string fraction = std::to_string(static_cast<uint64_t>(magnitude % unit));
  return text.append(".").append(decimals - fraction.size(), '0').append(fraction);
}

uint64_t Magnitude(int64_t number) {
  return number < 0 ? ~static_cast<uint64_t>(number) + 1 : static_cast<uint64_t>(number);
}

}  // namespace

std::vector<std::string> Labels(const std::vector<Candidate>& candidates) {
  absl::flat_hash_map<std::string, size_t> names;
  for (const Candidate& candidate : candidates) ++names[candidate.name];
  std::vector<std::string> labels;
  labels.reserve(candidates.size());
  for (const Candidate& candidate : candidates) {
    const bool is_clear = names[candidate.name] == 1 && !candidate.name.empty();
    labels.push_back(is_clear ? candidate.name
                              : absl::StrCat(candidate.name, candidate.name.empty() ? "" : " ", "(",
                                             candidate.id, ")"));
  }
  return labels;
}

std::string FormatVotes(Votes votes, uint32_t decimals) {
  return FixedPoint(votes < 0, Magnitude(votes), decimals);
}

std::string FormatFraction(int64_t numerator, int64_t denominator) {
  const absl::uint128 magnitude = Magnitude(numerator);
  const auto divisor = static_cast<uint64_t>(denominator);
  for (uint32_t decimals = 0; decimals <= kExactDecimalsMax; ++decimals) {
    const absl::uint128 scaled = magnitude * PowerOfTen(decimals);
    if (scaled % divisor == 0) return FixedPoint(numerator < 0, scaled / divisor, decimals);
  }
  const absl::uint128 scaled = magnitude * PowerOfTen(kRoundedDecimals);
  return FixedPoint(numerator < 0, (scaled * 2 + divisor) / (absl::uint128(divisor) * 2),
                    kRoundedDecimals);
}

std::string_view NameOf(Tie::Question question) {
  switch (question) {
    case Tie::Question::kElimination:
      return "elimination";
    case Tie::Question::kElection:
      return "election";
    case Tie::Question::kSurplus:
      return "surplus";
    case Tie::Question::kOrder:
      return "order";
  }
  return "";
}

std::string_view NameOf(Tie::Rule rule) {
  switch (rule) {
    case Tie::Rule::kPreviousRound:
      return "previous-round";
    case Tie::Rule::kDraw:
      return "draw";
    case Tie::Rule::kPublishedOrder:
      return "published-order";
  }
  return "";
}

std::vector<CandidateIndex> Winners(const Count& count) {
  std::vector<CandidateIndex> winners;
  for (const Standing& standing : count.standings) {
    if (standing.elected) winners.push_back(standing.candidate);
  }
  return winners;
}

}  // namespace caucus::tally
