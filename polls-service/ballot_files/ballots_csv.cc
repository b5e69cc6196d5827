#include "polls-service/ballot_files/ballots_csv.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "polls-service/ballot_files/count_text.h"

namespace caucus::tally {
namespace {

// What makes a formula of a cell, and the apostrophe that says there is none. The last four are
// U+FF1D, U+FF0B, U+FF0D and U+FF20.
constexpr std::string_view kGuarded[] = {
    "=",           "+", "-", "@", "\t", "\r", "'", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
    "\xEF\xBC\xA0"};

std::string Guarded(std::string cell) {
  const bool is_risky =
      std::any_of(std::begin(kGuarded), std::end(kGuarded),
                  [&cell](std::string_view start) { return cell.starts_with(start); });
  if (is_risky) cell.insert(0, "'");
  return cell;
}

std::string Quoted(const std::string& cell) {
  const bool is_plain = cell.find_first_of(",\"\r\n") == std::string::npos && !cell.empty() &&
                        cell.front() != ' ' && cell.back() != ' ';
  if (is_plain) return cell;
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

std::string CellOf(const Rank& rank, const std::vector<std::string>& labels) {
  if (rank.is_overvote) return "(overvote)";
  std::string cell;
  for (const CandidateIndex candidate : rank.candidates) {
    absl::StrAppend(&cell, cell.empty() ? "" : " = ", labels[candidate]);
  }
  return cell.empty() ? cell : Quoted(Guarded(std::move(cell)));
}

std::string LineOf(const Ballots& ballots, size_t ranks, const std::vector<std::string>& labels) {
  // A line with nothing in it is read over by many.
  if (ranks == 1 && (ballots.ranks.empty() || CellOf(ballots.ranks.front(), labels).empty())) {
    return "\"\"\r\n";
  }
  std::string line;
  for (size_t i = 0; i < ranks; ++i) {
    if (i > 0) line.push_back(',');
    if (i < ballots.ranks.size()) line.append(CellOf(ballots.ranks[i], labels));
  }
  return line.append("\r\n");
}

}  // namespace

absl::StatusOr<std::string> WriteBallotsCsv(const Election& election) {
  size_t ranks = 1;
  for (const Ballots& ballots : election.ballots) ranks = std::max(ranks, ballots.ranks.size());
  std::string csv = "rank1";
  for (size_t i = 2; i <= ranks; ++i) absl::StrAppend(&csv, ",rank", i);
  csv.append("\r\n");
  const std::vector<std::string> labels = Labels(election.candidates);
  for (const Ballots& ballots : election.ballots) {
    const std::string line = LineOf(ballots, ranks, labels);
    if (ballots.count > (kCsvBytesMax - csv.size()) / line.size()) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the table would be longer than ", kCsvBytesMax, " bytes"));
    }
    for (uint64_t i = 0; i < ballots.count; ++i) csv.append(line);
  }
  return csv;
}

}  // namespace caucus::tally
