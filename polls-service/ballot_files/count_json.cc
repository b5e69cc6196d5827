#include "polls-service/ballot_files/count_json.h"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "polls-service/ballot_files/count_text.h"
#include "polls-service/ballot_files/json_writer.h"
#include "polls-service/ballot_files/rule_names.h"

namespace caucus::tally {
namespace {

using Layout = JsonWriter::Layout;

class CountJson {
 public:
  CountJson(const Election& election, const Rules& rules, const Count& count)
      : election_(election), rules_(rules), count_(count) {}

  std::string Write();

 private:
  void WriteRules();
  void WriteTieRules();
  void WriteCandidates();
  void WriteRound(size_t number, const Round& round);
  void WriteInactive(const Inactive& inactive);
  void WriteTransfers(const std::vector<Transfer>& transfers);
  void WriteTie(const Tie& tie);
  void WritePairwise();
  void WriteStandings();

  void Ids(std::string_view key, const std::vector<CandidateIndex>& candidates);
  void Text(std::string_view key, std::string_view value);
  void Number(std::string_view key, uint64_t value);
  void AmountOf(std::string_view key, Votes votes);
  const std::string& IdOf(CandidateIndex candidate) const {
    return election_.candidates[candidate].id;
  }

  const Election& election_;
  const Rules& rules_;
  const Count& count_;
  JsonWriter json_;
};

std::string CountJson::Write() {
  json_.BeginObject();
  Text("title", election_.title);
  WriteRules();
  WriteCandidates();
  Number("ballots", count_.ballots);
  Number("abstentions", count_.abstentions);
  Ids("winners", Winners(count_));
  json_.Key("rounds");
  json_.BeginArray();
  for (size_t i = 0; i < count_.rounds.size(); ++i) WriteRound(i + 1, count_.rounds[i]);
  json_.End();
  if (!count_.pairwise.empty()) WritePairwise();
  WriteStandings();
  json_.End();
  return json_.Finish();
}

void CountJson::WriteRules() {
  json_.Key("rules");
  json_.BeginObject();
  Text("method", NameOf(rules_.method));
  Number("seats", rules_.seats);
  Text("quota", NameOf(rules_.quota));
  Number("decimals", rules_.decimals);
  Number("ranks_max", rules_.ranks_max);
  json_.Key("skipped_ranks_max");
  rules_.skipped_ranks_max ? json_.Number(*rules_.skipped_ranks_max) : json_.Null();
  Text("overvotes", NameOf(rules_.overvotes));
  Text("duplicates", NameOf(rules_.duplicates));
  Text("unranked", NameOf(rules_.unranked));
  json_.Key("write_ins");
  rules_.write_ins ? json_.Number(*rules_.write_ins) : json_.Null();
  json_.Key("until_two_remain");
  json_.Bool(rules_.until_two_remain);
  json_.Key("batch_elimination");
  json_.Bool(rules_.batch_elimination);
  WriteTieRules();
  json_.End();
}

void CountJson::WriteTieRules() {
  Text("tie_break_seed", rules_.tie_break_seed);
  json_.Key("tie_break_order");
  json_.BeginArray(Layout::kOneLine);
  for (const CandidateIndex candidate : rules_.tie_break_order) json_.Number(candidate);
  json_.End();
}

void CountJson::WriteCandidates() {
  json_.Key("candidates");
  json_.BeginArray();
  for (const Candidate& candidate : election_.candidates) {
    json_.BeginObject(Layout::kOneLine);
    Text("id", candidate.id);
    Text("name", candidate.name);
    json_.Key("withdrawn");
    json_.Bool(candidate.withdrawn);
    json_.End();
  }
  json_.End();
}

void CountJson::WriteRound(size_t number, const Round& round) {
  json_.BeginObject();
  Number("round", number);
  AmountOf("threshold", round.threshold);
  json_.Key("tallies");
  json_.BeginObject();
  for (size_t i = 0; i < round.tallies.size(); ++i) {
    if (round.tallies[i]) AmountOf(election_.candidates[i].id, *round.tallies[i]);
  }
  json_.End();
  WriteInactive(round.inactive);
  Ids("elected", round.elected);
  Ids("eliminated", round.eliminated);
  WriteTransfers(round.transfers);
  json_.Key("ties");
  json_.BeginArray();
  for (const Tie& tie : round.ties) WriteTie(tie);
  json_.End();
  json_.End();
}

void CountJson::WriteInactive(const Inactive& inactive) {
  json_.Key("inactive");
  json_.BeginObject();
  AmountOf("exhausted_choices", inactive.exhausted_choices);
  AmountOf("overvotes", inactive.overvotes);
  AmountOf("repeated_rankings", inactive.repeated_rankings);
  AmountOf("skipped_rankings", inactive.skipped_rankings);
  AmountOf("residual", inactive.residual);
  json_.End();
}

void CountJson::WriteTransfers(const std::vector<Transfer>& transfers) {
  json_.Key("transfers");
  json_.BeginArray();
  for (const Transfer& transfer : transfers) {
    json_.BeginObject(Layout::kOneLine);
    Text("from", IdOf(transfer.from));
    json_.Key("to");
    transfer.to ? json_.String(IdOf(*transfer.to)) : json_.Null();
    AmountOf("votes", transfer.votes);
    json_.End();
  }
  json_.End();
}

void CountJson::WriteTie(const Tie& tie) {
  json_.BeginObject();
  Text("question", NameOf(tie.question));
  Ids("candidates", tie.candidates);
  Text("rule", NameOf(tie.rule));
  if (tie.rule == Tie::Rule::kPreviousRound) {
    Number("deciding_round", tie.deciding_round);
  } else {
    Ids("order", tie.order);
  }
  Text("chosen", IdOf(tie.chosen));
  json_.End();
}

void CountJson::WritePairwise() {
  json_.Key("pairwise");
  json_.BeginArray();
  for (const std::vector<uint64_t>& row : count_.pairwise) {
    json_.BeginArray(Layout::kOneLine);
    for (const uint64_t ballots : row) json_.Number(ballots);
    json_.End();
  }
  json_.End();
}

void CountJson::WriteStandings() {
  json_.Key("standings");
  json_.BeginArray();
  for (const Standing& standing : count_.standings) {
    json_.BeginObject(Layout::kOneLine);
    Number("rank", standing.rank);
    Text("candidate", IdOf(standing.candidate));
    json_.Key("elected");
    json_.Bool(standing.elected);
    Text("score", FormatVotes(standing.score, 0));
    Text("score_denominator", FormatVotes(standing.score_denominator, 0));
    json_.End();
  }
  json_.End();
}

void CountJson::Ids(std::string_view key, const std::vector<CandidateIndex>& candidates) {
  json_.Key(key);
  json_.BeginArray(Layout::kOneLine);
  for (const CandidateIndex candidate : candidates) json_.String(IdOf(candidate));
  json_.End();
}

void CountJson::Text(std::string_view key, std::string_view value) {
  json_.Key(key);
  json_.String(value);
}

void CountJson::Number(std::string_view key, uint64_t value) {
  json_.Key(key);
  json_.Number(value);
}

void CountJson::AmountOf(std::string_view key, Votes votes) {
  Text(key, FormatVotes(votes, count_.decimals));
}

}  // namespace

std::string WriteCountJson(const Election& election, const Rules& rules, const Count& count) {
  return CountJson(election, rules, count).Write();
}

}  // namespace caucus::tally
