#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "polls-service/tally/count_election.h"
#include "polls-service/tally/positional.h"

namespace caucus::tally {
namespace {

bool HasRounds(Method method) {
  return method == Method::kInstantRunoff || method == Method::kStvScottish ||
         method == Method::kStvWigm;
}

bool IsStv(Method method) { return method == Method::kStvScottish || method == Method::kStvWigm; }

absl::Status CheckCandidates(const Election& election, const Rules& rules) {
  const size_t candidates = election.candidates.size();
  if (candidates == 0) return absl::InvalidArgumentError("an election needs candidates");
  if (candidates > kCandidatesMax) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kCandidatesMax, " candidates"));
  }
  if (rules.write_ins && *rules.write_ins >= candidates) {
    return absl::InvalidArgumentError("write_ins is not a candidate");
  }
  absl::flat_hash_set<std::string> ids;
  size_t electable = 0;
  for (CandidateIndex i = 0; i < candidates; ++i) {
    const Candidate& candidate = election.candidates[i];
    if (!ids.insert(candidate.id).second) {
      return absl::InvalidArgumentError(absl::StrCat("two candidates have the id ", candidate.id));
    }
    const bool stands_for_many = HasRounds(rules.method) && rules.write_ins == i;
    if (!candidate.withdrawn && !stands_for_many) ++electable;
  }
  if (rules.seats == 0 || rules.seats > electable) {
    return absl::InvalidArgumentError(
        absl::StrCat(rules.seats, " seats for ", electable, " candidates"));
  }
  return absl::OkStatus();
}

absl::Status CheckRules(const Election& election, const Rules& rules) {
  if (rules.decimals > 9) return absl::InvalidArgumentError("more than 9 decimals");
  if (rules.method == Method::kStvScottish &&
      (rules.quota != Quota::kDroop || rules.decimals != 5)) {
    return absl::InvalidArgumentError("the Scottish rules need the Droop quota and 5 decimals");
  }
  if (rules.method == Method::kWeighted && (rules.ranks_max == 0 || rules.ranks_max > 5)) {
    return absl::InvalidArgumentError("the weighted method needs ranks_max from 1 to 5");
  }
  if (rules.tie_break_order.empty()) return absl::OkStatus();
  std::vector<CandidateIndex> order = rules.tie_break_order;
  std::sort(order.begin(), order.end());
  bool is_complete = order.size() == election.candidates.size();
  for (size_t i = 0; is_complete && i < order.size(); ++i) is_complete = order[i] == i;
  if (is_complete) return absl::OkStatus();
  return absl::InvalidArgumentError("tie_break_order must name every candidate once");
}

// The largest number that one ballot adds to anything that is summed.
int64_t BallotWeight(const Election& election, const Rules& rules) {
  if (rules.method == Method::kWeighted || rules.method == Method::kBorda) {
    return PointsMax(election, rules);
  }
  int64_t weight = 1;
  for (uint32_t i = 0; IsStv(rules.method) && i < rules.decimals; ++i) weight *= 10;
  return weight;
}

absl::Status CheckBallots(const Election& election, const Rules& rules) {
  const uint64_t ballots_max =
      static_cast<uint64_t>(std::numeric_limits<int64_t>::max() / BallotWeight(election, rules));
  uint64_t sum = 0;
  std::vector<uint64_t> last_seen(election.candidates.size());
  uint64_t rank_number = 0;
  for (const Ballots& ballots : election.ballots) {
    if (ballots.count > ballots_max - sum) return absl::InvalidArgumentError("too many ballots");
    sum += ballots.count;
    for (const Rank& rank : ballots.ranks) {
      ++rank_number;
      for (const CandidateIndex candidate : rank.candidates) {
        if (candidate >= last_seen.size()) {
          return absl::InvalidArgumentError("a ballot ranks a candidate that there is not");
        }
        if (last_seen[candidate] == rank_number) {
          return absl::InvalidArgumentError("a rank has the same candidate twice");
        }
        last_seen[candidate] = rank_number;
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Check(const Election& election, const Rules& rules) {
  RETURN_IF_ERROR(CheckCandidates(election, rules));
  RETURN_IF_ERROR(CheckRules(election, rules));
  return CheckBallots(election, rules);
}

}  // namespace caucus::tally
