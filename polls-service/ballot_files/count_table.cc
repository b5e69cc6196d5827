#include "polls-service/ballot_files/count_table.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/count_text.h"
#include "polls-service/ballot_files/rule_names.h"
#include "polls-service/ballot_files/text_table.h"

namespace caucus::tally {
namespace {

constexpr size_t kWidthMax = 100;
constexpr std::string_view kNothing = "-";

std::string_view Words(Method method) {
  switch (method) {
    case Method::kWeighted:
      return "weighted places";
    case Method::kInstantRunoff:
      return "instant runoff";
    case Method::kStvScottish:
      return "single transferable vote, Scottish rules";
    case Method::kStvWigm:
      return "single transferable vote, weighted inclusive Gregory";
    case Method::kBorda:
      return "Borda";
    case Method::kSchulze:
      return "Schulze";
    case Method::kRankedPairs:
      return "ranked pairs";
    case Method::kMinimax:
      return "minimax";
    case Method::kCopeland:
      return "Copeland";
    case Method::kPlurality:
      return "plurality";
  }
  return "";
}

std::string_view Words(Tie::Question question) {
  switch (question) {
    case Tie::Question::kElimination:
      return "who is eliminated";
    case Tie::Question::kElection:
      return "who is elected";
    case Tie::Question::kSurplus:
      return "whose surplus is transferred";
    case Tie::Question::kOrder:
      return "in which order they stand";
  }
  return "";
}

// Of a method without rounds, the only round holds first preferences.
bool HasRounds(Method method) {
  return method == Method::kInstantRunoff || method == Method::kStvScottish ||
         method == Method::kStvWigm || method == Method::kPlurality;
}

class CountTable {
 public:
  CountTable(const Election& election, const Rules& rules, const Count& count)
      : rules_(rules),
        count_(count),
        title_(election.title),
        candidates_(election.candidates),
        labels_(Labels(election.candidates)) {}

  std::string Write();

 private:
  void WriteHead();
  void WriteRounds();
  void AddInactive(std::string_view name, Votes Inactive::*member, TextTable& table) const;
  void WriteRound(size_t number, const Round& round);
  void WriteTransfers(CandidateIndex from, const Round& round);
  void WriteTie(const Tie& tie);
  void WritePairwise();
  void WriteStandings();
  void WriteWinners();
  void WriteSeed();

  std::string Amount(Votes votes) const { return FormatVotes(votes, count_.decimals); }
  std::string List(const std::vector<CandidateIndex>& candidates) const;

  const Rules& rules_;
  const Count& count_;
  const std::string& title_;
  const std::vector<Candidate>& candidates_;
  const std::vector<std::string> labels_;
  std::string text_;
};

std::string CountTable::Write() {
  WriteHead();
  if (!count_.rounds.empty()) {
    if (HasRounds(rules_.method)) WriteRounds();
    for (size_t i = 0; i < count_.rounds.size(); ++i) WriteRound(i + 1, count_.rounds[i]);
  }
  if (!count_.pairwise.empty()) WritePairwise();
  WriteStandings();
  WriteWinners();
  WriteSeed();
  return std::move(text_);
}

void CountTable::WriteHead() {
  if (!title_.empty()) absl::StrAppend(&text_, title_, "\n");
  absl::StrAppend(&text_, ToAbsl(Words(rules_.method)), " (", ToAbsl(NameOf(rules_.method)), "), ",
                  rules_.seats, rules_.seats == 1 ? " seat, " : " seats, ", count_.ballots,
                  count_.ballots == 1 ? " ballot" : " ballots");
  if (count_.abstentions > 0) {
    absl::StrAppend(&text_, ", of them ", count_.abstentions,
                    count_.abstentions == 1 ? " abstention" : " abstentions");
  }
  text_.append("\n");
  std::vector<CandidateIndex> withdrawn;
  for (size_t i = 0; i < candidates_.size(); ++i) {
    if (candidates_[i].withdrawn) withdrawn.push_back(static_cast<CandidateIndex>(i));
  }
  if (!withdrawn.empty()) absl::StrAppend(&text_, "withdrawn: ", List(withdrawn), "\n");
}

void CountTable::WriteRounds() {
  TextTable table;
  std::vector<std::string> header = {"Round"};
  std::vector<std::string> thresholds = {"needed"};
  for (size_t i = 0; i < count_.rounds.size(); ++i) {
    header.push_back(std::to_string(i + 1));
    thresholds.push_back(Amount(count_.rounds[i].threshold));
  }
  table.AddRow(std::move(header));
  for (size_t candidate = 0; candidate < candidates_.size(); ++candidate) {
    if (candidates_[candidate].withdrawn) continue;
    std::vector<std::string> row = {labels_[candidate]};
    for (const Round& round : count_.rounds) {
      const bool is_in = candidate < round.tallies.size() && round.tallies[candidate].has_value();
      row.push_back(is_in ? Amount(*round.tallies[candidate]) : std::string(kNothing));
    }
    table.AddRow(std::move(row));
  }
  const bool has_threshold = std::any_of(count_.rounds.begin(), count_.rounds.end(),
                                         [](const Round& round) { return round.threshold != 0; });
  if (has_threshold) table.AddRow(std::move(thresholds));
  AddInactive("exhausted", &Inactive::exhausted_choices, table);
  AddInactive("overvotes", &Inactive::overvotes, table);
  AddInactive("repeated rankings", &Inactive::repeated_rankings, table);
  AddInactive("skipped rankings", &Inactive::skipped_rankings, table);
  AddInactive("lost to rounding", &Inactive::residual, table);
  absl::StrAppend(&text_, "\n", table.Format(kWidthMax), "\n");
}

void CountTable::AddInactive(std::string_view name, Votes Inactive::*member,
                             TextTable& table) const {
  std::vector<std::string> row = {std::string(name)};
  bool is_worth_it = false;
  for (const Round& round : count_.rounds) {
    is_worth_it = is_worth_it || round.inactive.*member != 0;
    row.push_back(Amount(round.inactive.*member));
  }
  if (is_worth_it) table.AddRow(std::move(row));
}

void CountTable::WriteRound(size_t number, const Round& round) {
  if (HasRounds(rules_.method)) {
    absl::StrAppend(&text_, "Round ", number, ":");
    if (!round.elected.empty()) absl::StrAppend(&text_, " elected ", List(round.elected));
    if (!round.eliminated.empty()) {
      absl::StrAppend(&text_, round.elected.empty() ? "" : ";", " eliminated ",
                      List(round.eliminated));
    }
    text_.append("\n");
    for (const CandidateIndex candidate : round.elected) WriteTransfers(candidate, round);
    for (const CandidateIndex candidate : round.eliminated) WriteTransfers(candidate, round);
  }
  for (const Tie& tie : round.ties) WriteTie(tie);
}

void CountTable::WriteTransfers(CandidateIndex from, const Round& round) {
  std::string transfers;
  for (const Transfer& transfer : round.transfers) {
    if (transfer.from != from) continue;
    absl::StrAppend(&transfers, transfers.empty() ? "" : ", ", Amount(transfer.votes), " to ",
                    transfer.to ? labels_[*transfer.to] : "nobody");
  }
  if (transfers.empty()) return;
  absl::StrAppend(&text_, "  from ", labels_[from], ": ", transfers, "\n");
}

void CountTable::WriteTie(const Tie& tie) {
  absl::StrAppend(&text_, "  tie, ", ToAbsl(Words(tie.question)), ": ", List(tie.candidates), "; ");
  switch (tie.rule) {
    case Tie::Rule::kPreviousRound:
      absl::StrAppend(&text_, "round ", tie.deciding_round, " decides: ");
      break;
    case Tie::Rule::kDraw:
      absl::StrAppend(&text_, "drawn in the order ", List(tie.order), ": ");
      break;
    case Tie::Rule::kPublishedOrder:
      absl::StrAppend(&text_, "the published order is ", List(tie.order), ": ");
      break;
  }
  absl::StrAppend(&text_, labels_[tie.chosen], "\n");
}

void CountTable::WritePairwise() {
  TextTable table;
  std::vector<std::string> header = {"Preferred to"};
  for (size_t i = 0; i < count_.pairwise.size(); ++i) {
    if (!candidates_[i].withdrawn) header.push_back(absl::StrCat("(", i + 1, ")"));
  }
  table.AddRow(std::move(header));
  for (size_t i = 0; i < count_.pairwise.size(); ++i) {
    if (candidates_[i].withdrawn) continue;
    std::vector<std::string> row = {absl::StrCat("(", i + 1, ") ", labels_[i])};
    for (size_t j = 0; j < count_.pairwise[i].size(); ++j) {
      if (candidates_[j].withdrawn) continue;
      row.push_back(i == j ? std::string(kNothing) : std::to_string(count_.pairwise[i][j]));
    }
    table.AddRow(std::move(row));
  }
  absl::StrAppend(&text_, "\n", table.Format(kWidthMax));
}

void CountTable::WriteStandings() {
  TextTable table;
  table.AddRow({"Standings", "place", "score", ""});
  for (const Standing& standing : count_.standings) {
    table.AddRow({labels_[standing.candidate], std::to_string(standing.rank),
                  FormatFraction(standing.score, standing.score_denominator),
                  standing.elected ? "elected" : ""});
  }
  absl::StrAppend(&text_, "\n", table.Format(kWidthMax));
}

void CountTable::WriteWinners() {
  const std::vector<CandidateIndex> winners = Winners(count_);
  absl::StrAppend(&text_, "\n", winners.size() == 1 ? "Winner: " : "Winners: ",
                  winners.empty() ? "none" : List(winners), "\n");
}

void CountTable::WriteSeed() {
  if (rules_.tie_break_order.empty()) {
    absl::StrAppend(&text_, "Ties are drawn with the seed \"", rules_.tie_break_seed, "\"\n");
  } else {
    absl::StrAppend(&text_, "Ties are broken by the published order ", List(rules_.tie_break_order),
                    "\n");
  }
}

std::string CountTable::List(const std::vector<CandidateIndex>& candidates) const {
  std::string list;
  for (const CandidateIndex candidate : candidates) {
    absl::StrAppend(&list, list.empty() ? "" : ", ", labels_[candidate]);
  }
  return list;
}

}  // namespace

std::string WriteCountTable(const Election& election, const Rules& rules, const Count& count) {
  return CountTable(election, rules, count).Write();
}

}  // namespace caucus::tally
