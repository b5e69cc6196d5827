#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "polls-service/ballot_files/blt.h"

namespace caucus::tally {
namespace {

void AppendQuoted(std::string& blt, const std::string& text) {
  absl::StrAppend(&blt, "\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"\n");
}

void AppendWithdrawn(std::string& blt, const Election& election) {
  std::string_view separator;
  for (size_t i = 0; i < election.candidates.size(); ++i) {
    if (!election.candidates[i].withdrawn) continue;
    blt.append(separator).append("-").append(std::to_string(i + 1));
    separator = " ";
  }
  if (!separator.empty()) blt.append("\n");
}

void AppendRank(std::string& blt, const Rank& rank) {
  if (rank.candidates.empty()) blt.append("-");
  for (size_t i = 0; i < rank.candidates.size(); ++i) {
    if (i > 0) blt.append("=");
    blt.append(std::to_string(rank.candidates[i] + 1));
  }
}

}  // namespace

absl::StatusOr<std::string> WriteBlt(const Election& election, uint32_t seats) {
  std::string blt = absl::StrCat(election.candidates.size(), " ", seats, "\n");
  AppendWithdrawn(blt, election);
  for (const Ballots& ballots : election.ballots) {
    if (ballots.count == 0) continue;
    blt.append(std::to_string(ballots.count)).append(" ");
    for (const Rank& rank : ballots.ranks) {
      if (rank.is_overvote) {
        return absl::InvalidArgumentError(
            "BLT cannot express an overvote whose candidates are not known");
      }
      AppendRank(blt, rank);
      blt.append(" ");
    }
    blt.append("0\n");
  }
  blt.append("0\n");
  for (const Candidate& candidate : election.candidates) AppendQuoted(blt, candidate.name);
  AppendQuoted(blt, election.title);
  return blt;
}

}  // namespace caucus::tally
