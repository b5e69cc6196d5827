#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "polls-service/ballot_files/count_json.h"
#include "polls-service/ballot_files/count_text.h"
#include "polls-service/ballot_files/json_writer.h"

namespace caucus::tally {
namespace {

// Keys that stand among those of candidates for something else, here and in RCTab's own reports.
constexpr std::string_view kExhausted = "exhausted";
constexpr std::string_view kResidualSurplus = "residual surplus";

std::vector<std::string> ReportLabels(const std::vector<Candidate>& candidates) {
  std::vector<std::string> labels = Labels(candidates);
  for (std::string& label : labels) {
    if (label != kExhausted && label != kResidualSurplus) continue;
    do {
      label += " (option)";
    } while (std::count(labels.begin(), labels.end(), label) > 1);
  }
  return labels;
}

class RctabReport {
 public:
  RctabReport(const Election& election, const Rules& rules, const Count& count)
      : election_(election),
        rules_(rules),
        count_(count),
        labels_(ReportLabels(election.candidates)) {}

  std::string Write();

 private:
  void WriteConfig();
  void WriteSummary();
  void WriteRound(size_t number, const Round& round);
  void WriteResult(std::string_view verb, CandidateIndex candidate, const Round& round);
  void WriteInactive(const Inactive& inactive);

  void Text(std::string_view key, std::string_view value);
  void Amount(std::string_view key, Votes votes) { Text(key, FormatVotes(votes, count_.decimals)); }

  const Election& election_;
  const Rules& rules_;
  const Count& count_;
  const std::vector<std::string> labels_;
  JsonWriter json_;
};

std::string RctabReport::Write() {
  json_.BeginObject();
  WriteConfig();
  json_.Key("results");
  json_.BeginArray();
  for (size_t i = 0; i < count_.rounds.size(); ++i) WriteRound(i + 1, count_.rounds[i]);
  json_.End();
  WriteSummary();
  json_.End();
  return json_.Finish();
}

void RctabReport::WriteConfig() {
  json_.Key("config");
  json_.BeginObject();
  Text("contest", election_.title);
  Text("date", "");
  Text("generatedBy", "Caucus");
  Text("jurisdiction", "");
  Text("office", "");
  json_.End();
}

void RctabReport::WriteSummary() {
  json_.Key("summary");
  json_.BeginObject();
  Amount("finalThreshold", count_.rounds.empty() ? 0 : count_.rounds.back().threshold);
  json_.Key("numCandidates");
  json_.Number(election_.candidates.size());
  json_.Key("numWinners");
  json_.Number(rules_.seats);
  Text("totalNumBallots", std::to_string(count_.ballots));
  json_.Key("undervotes");
  json_.Number(count_.abstentions);
  json_.End();
}

void RctabReport::WriteRound(size_t number, const Round& round) {
  json_.BeginObject();
  WriteInactive(round.inactive);
  json_.Key("round");
  json_.Number(number);
  json_.Key("tally");
  json_.BeginObject();
  for (size_t i = 0; i < round.tallies.size(); ++i) {
    if (round.tallies[i]) Amount(labels_[i], *round.tallies[i]);
  }
  json_.End();
  json_.Key("tallyResults");
  json_.BeginArray();
  for (const CandidateIndex candidate : round.elected) WriteResult("elected", candidate, round);
  for (const CandidateIndex candidate : round.eliminated) {
    WriteResult("eliminated", candidate, round);
  }
  json_.End();
  Amount("threshold", round.threshold);
  json_.End();
}

void RctabReport::WriteResult(std::string_view verb, CandidateIndex candidate, const Round& round) {
  json_.BeginObject();
  Text(verb, labels_[candidate]);
  json_.Key("transfers");
  json_.BeginObject();
  Votes exhausted = 0;
  for (const Transfer& transfer : round.transfers) {
    if (transfer.from != candidate) continue;
    if (transfer.to) {
      Amount(labels_[*transfer.to], transfer.votes);
    } else {
      exhausted += transfer.votes;
    }
  }
  if (exhausted != 0) Amount(kExhausted, exhausted);
  json_.End();
  json_.End();
}

void RctabReport::WriteInactive(const Inactive& inactive) {
  json_.Key("inactiveBallots");
  json_.BeginObject();
  Amount("exhaustedChoices", inactive.exhausted_choices);
  Amount("overvotes", inactive.overvotes);
  Amount("repeatedRankings", inactive.repeated_rankings);
  if (inactive.residual != 0) Amount("residualSurplus", inactive.residual);
  Amount("skippedRankings", inactive.skipped_rankings);
  json_.End();
}

void RctabReport::Text(std::string_view key, std::string_view value) {
  json_.Key(key);
  json_.String(value);
}

}  // namespace

std::string WriteRctabReport(const Election& election, const Rules& rules, const Count& count) {
  return RctabReport(election, rules, count).Write();
}

}  // namespace caucus::tally
