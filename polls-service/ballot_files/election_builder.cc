#include "polls-service/ballot_files/election_builder.h"

#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "polls-service/ballot_files/ballot_file.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {

absl::Status ElectionBuilder::AddCandidate(size_t offset, Candidate candidate) {
  if (election_.candidates.size() >= kFileCandidatesMax) {
    return ErrorAt(text_, offset,
                   absl::StrCat("there are more than ", kFileCandidatesMax, " candidates"));
  }
  election_.candidates.push_back(std::move(candidate));
  last_rank_of_.push_back(0);
  return absl::OkStatus();
}

absl::Status ElectionBuilder::AddBallots(size_t offset, uint64_t count) {
  RETURN_IF_ERROR(CountEntry(offset));
  if (count > kBallotsMax - ballots_) {
    return ErrorAt(text_, offset, absl::StrCat("there are more than ", kBallotsMax, " ballots"));
  }
  ballots_ += count;
  election_.ballots.push_back({.count = count, .ranks = {}});
  return absl::OkStatus();
}

absl::Status ElectionBuilder::AddRank(size_t offset) {
  RETURN_IF_ERROR(CountEntry(offset));
  std::vector<Rank>& ranks = election_.ballots.back().ranks;
  if (ranks.size() >= kBallotRanksMax) {
    return ErrorAt(text_, offset,
                   absl::StrCat("the ballot has more than ", kBallotRanksMax, " ranks"));
  }
  ranks.emplace_back();
  ++ranks_;
  return absl::OkStatus();
}

absl::Status ElectionBuilder::AddToRank(size_t offset, CandidateIndex candidate) {
  Rank& rank = election_.ballots.back().ranks.back();
  if (!rank.candidates.empty()) RETURN_IF_ERROR(CountEntry(offset));
  if (last_rank_of_[candidate] == ranks_) {
    return ErrorAt(text_, offset, "the candidate stands twice at this rank");
  }
  last_rank_of_[candidate] = ranks_;
  rank.candidates.push_back(candidate);
  return absl::OkStatus();
}

absl::Status ElectionBuilder::CountEntry(size_t offset) {
  if (++entries_ <= kEntriesMax) return absl::OkStatus();
  return ErrorAt(text_, offset,
                 absl::StrCat("the ballots are too long: more than ", kEntriesMax,
                              " lines, ranks and further candidates at a rank"));
}

void ElectionBuilder::AssignIds() {
  absl::flat_hash_map<std::string, size_t> names;
  absl::flat_hash_set<std::string> ids;
  for (const Candidate& candidate : election_.candidates) {
    ++names[candidate.name];
    if (!candidate.id.empty()) ids.insert(candidate.id);
  }
  for (size_t i = 0; i < election_.candidates.size(); ++i) {
    Candidate& candidate = election_.candidates[i];
    if (!candidate.id.empty()) continue;
    candidate.id = candidate.name;
    const bool is_shared = names[candidate.name] > 1 || candidate.name.empty();
    // Each turn makes the id longer, and no name or id is endless.
    for (bool taken = is_shared || ids.contains(candidate.id); taken;
         taken = names.contains(candidate.id) || ids.contains(candidate.id)) {
      absl::StrAppend(&candidate.id, "#", i + 1);
    }
    ids.insert(candidate.id);
  }
}

}  // namespace caucus::tally
