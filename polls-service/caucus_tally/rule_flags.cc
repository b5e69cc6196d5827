#include "polls-service/caucus_tally/rule_flags.h"

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/rule_names.h"

ABSL_FLAG(std::string, method, "",
          "weighted, irv, stv-scottish, stv-wigm, borda, schulze, ranked-pairs, minimax, copeland "
          "or plurality; if neither this nor the file states one: irv");
ABSL_FLAG(std::optional<uint32_t>, seats, std::nullopt, "how many are elected");
ABSL_FLAG(std::string, quota, "", "STV: droop or hare");
ABSL_FLAG(std::optional<uint32_t>, decimals, std::nullopt,
          "STV: decimals of a vote, 0 to 9; rounded down (5)");
ABSL_FLAG(std::optional<uint32_t>, ranks_max, std::nullopt,
          "ranks of a ballot that count, 0 for all; weighted: the number of places, 1 to 5");
ABSL_FLAG(std::string, overvotes, "",
          "what several candidates at one rank mean to IRV and STV: exhaust, skip-to-next-rank or "
          "exhaust-if-multiple-continuing");
ABSL_FLAG(std::optional<uint32_t>, skipped_ranks_max, std::nullopt,
          "skipped ranks in a row that a ballot may have; without it any number");
ABSL_FLAG(std::string, duplicates, "",
          "what a candidate's second rank means to IRV and STV: skip or exhaust");
ABSL_FLAG(std::string, unranked, "",
          "what an unranked candidate is to methods that compare pairs: last or not-compared");
ABSL_FLAG(std::string, write_ins, "",
          "id of the candidate that stands for all undeclared write-ins");
ABSL_FLAG(std::optional<bool>, until_two_remain, std::nullopt,
          "IRV: go on after a majority until two are left");
ABSL_FLAG(std::optional<bool>, batch_elimination, std::nullopt,
          "IRV: eliminate at once whom no transfer could save");
ABSL_FLAG(std::optional<std::string>, tie_break_seed, std::nullopt, "what ties are drawn from");
ABSL_FLAG(std::string, tie_break_order, "",
          "ids of all candidates, first drawn first, which decides in place of a draw; separated "
          "by commas, and in double quotes where an id has one");

namespace caucus::tally {
namespace {

template <typename Value>
absl::Status Take(const absl::Flag<std::string>& flag, Value& value) {
  const std::string name = absl::GetFlag(flag);
  if (name.empty()) return absl::OkStatus();
  absl::Status parsed = ParseName(name, value);
  if (parsed.ok()) return parsed;
  return absl::InvalidArgumentError(
      absl::StrCat("--", absl::GetFlagReflectionHandle(flag).Name(), ": ", parsed.message()));
}

absl::Status TakeNames(Rules& rules) {
  RETURN_IF_ERROR(Take(FLAGS_method, rules.method));
  RETURN_IF_ERROR(Take(FLAGS_quota, rules.quota));
  RETURN_IF_ERROR(Take(FLAGS_overvotes, rules.overvotes));
  RETURN_IF_ERROR(Take(FLAGS_duplicates, rules.duplicates));
  return Take(FLAGS_unranked, rules.unranked);
}

template <typename Value>
void TakeIfSet(const absl::Flag<std::optional<Value>>& flag, Value& value) {
  if (const std::optional<Value> given = absl::GetFlag(flag)) value = *given;
}

using ById = absl::flat_hash_map<std::string, CandidateIndex>;

absl::StatusOr<CandidateIndex> Lookup(const ById& by_id, const std::string& id,
                                      std::string_view flag) {
  const auto found = by_id.find(id);
  if (found != by_id.end()) return found->second;
  return absl::InvalidArgumentError(
      absl::StrCat("--", ToAbsl(flag), ": no candidate has the id '", id, "'"));
}

absl::Status TakeCandidates(const Election& election, Rules& rules) {
  ById by_id;
  for (CandidateIndex i = 0; i < election.candidates.size(); ++i) {
    by_id.emplace(election.candidates[i].id, i);
  }
  if (const std::string id = absl::GetFlag(FLAGS_write_ins); !id.empty()) {
    ASSIGN_OR_RETURN(rules.write_ins, Lookup(by_id, id, "write_ins"));
  }
  const std::string order = absl::GetFlag(FLAGS_tie_break_order);
  if (order.empty()) return absl::OkStatus();
  rules.tie_break_order.clear();
  for (const std::string& id : SplitCsv(order)) {
    ASSIGN_OR_RETURN(const CandidateIndex candidate, Lookup(by_id, id, "tie_break_order"));
    rules.tie_break_order.push_back(candidate);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckRuleFlags() {
  Rules rules;
  return TakeNames(rules);
}

absl::StatusOr<Rules> RulesByFlags(const BallotFile& file) {
  Rules rules = file.rules;
  if (!file.states_method) rules.method = Method::kInstantRunoff;
  RETURN_IF_ERROR(TakeNames(rules));
  TakeIfSet(FLAGS_seats, rules.seats);
  TakeIfSet(FLAGS_decimals, rules.decimals);
  TakeIfSet(FLAGS_ranks_max, rules.ranks_max);
  TakeIfSet(FLAGS_until_two_remain, rules.until_two_remain);
  TakeIfSet(FLAGS_batch_elimination, rules.batch_elimination);
  TakeIfSet(FLAGS_tie_break_seed, rules.tie_break_seed);
  if (const auto given = absl::GetFlag(FLAGS_skipped_ranks_max)) rules.skipped_ranks_max = given;
  RETURN_IF_ERROR(TakeCandidates(file.election, rules));
  return rules;
}

std::vector<std::string> SplitCsv(std::string_view record) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  for (size_t i = 0; i < record.size(); ++i) {
    if (record[i] == '"' && is_quoted && record.substr(i + 1).starts_with('"')) {
      fields.back().push_back(record[i++]);
    } else if (record[i] == '"') {
      is_quoted = !is_quoted;
    } else if (record[i] == ',' && !is_quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(record[i]);
    }
  }
  return fields;
}

}  // namespace caucus::tally
