#include "polls-service/ballot_files/abif.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/abif_line.h"
#include "polls-service/ballot_files/election_builder.h"
#include "polls-service/ballot_files/file_text.h"
#include "polls-service/ballot_files/rule_names.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kCandidate = "a candidate";

// A candidate on a ballot, and what separates it from the next.
struct Choice {
  size_t offset = 0;
  CandidateIndex candidate = 0;
  std::optional<uint64_t> score;
  char separator = '\0';  // Of the last one.
};

// Whether the scores are the order.
bool IsScored(const std::vector<Choice>& choices) {
  if (choices.size() < 2) return false;
  return std::all_of(choices.begin(), choices.end(), [](const Choice& choice) {
    return choice.score.has_value() && (choice.separator == ',' || choice.separator == '\0');
  });
}

// Makes the separators say what the scores do.
void OrderByScore(std::vector<Choice>& choices) {
  std::stable_sort(choices.begin(), choices.end(),
                   [](const Choice& a, const Choice& b) { return a.score > b.score; });
  for (size_t i = 0; i + 1 < choices.size(); ++i) {
    choices[i].separator = choices[i].score == choices[i + 1].score ? ',' : '>';
  }
}

class AbifParser {
 public:
  explicit AbifParser(std::string_view text) : text_(text), builder_(text) {}

  absl::StatusOr<BallotFile> Parse();

 private:
  // Declarations hold for the whole file, wherever they stand.
  enum class Pass : uint8_t { kDeclarations, kVotes };

  absl::Status ReadLines(Pass pass);
  absl::Status ReadLine(AbifLine line, Pass pass);
  absl::Status ReadMetadata(AbifLine& line);
  void TakeMetadata(std::string_view key, std::string value);
  absl::Status ReadDeclaration(AbifLine& line);
  absl::Status ReadVotes(AbifLine& line);
  absl::StatusOr<std::vector<Choice>> ReadChoices(AbifLine& line);
  absl::Status AddRanks(const std::vector<Choice>& choices);
  absl::StatusOr<CandidateIndex> CandidateFor(const AbifToken& token);
  absl::StatusOr<CandidateIndex> AddCandidate(size_t offset, const std::string& token,
                                              std::string name);

  const std::string_view text_;
  ElectionBuilder builder_;
  BallotFile file_;
  absl::flat_hash_map<std::string, CandidateIndex> by_token_;
  absl::flat_hash_map<std::string, CandidateIndex> by_name_;
};

absl::StatusOr<BallotFile> AbifParser::Parse() {
  if (text_.find_first_not_of(" \t\r\n\f\v") == std::string_view::npos) {
    return ErrorAt(text_, 0, "the file is empty");
  }
  RETURN_IF_ERROR(ReadLines(Pass::kDeclarations));
  RETURN_IF_ERROR(ReadLines(Pass::kVotes));
  if (builder_.election().candidates.empty()) {
    const size_t last = text_.find_last_not_of(" \t\r\n\f\v");
    return ErrorAt(text_, text_.rfind('\n', last) + 1, "an election needs candidates");
  }
  file_.election = std::move(builder_.election());
  return std::move(file_);
}

absl::Status AbifParser::ReadLines(Pass pass) {
  size_t start = 0;
  while (start < text_.size()) {
    const size_t end = std::min(text_.find('\n', start), text_.size());
    RETURN_IF_ERROR(ReadLine(AbifLine(text_, start, end), pass));
    start = end + 1;
  }
  return absl::OkStatus();
}

absl::Status AbifParser::ReadLine(AbifLine line, Pass pass) {
  const char first = line.Peek();
  const bool is_votes = absl::ascii_isdigit(static_cast<unsigned char>(first));
  if (first == '\0' || is_votes != (pass == Pass::kVotes)) return absl::OkStatus();
  if (is_votes) {
    RETURN_IF_ERROR(ReadVotes(line));
  } else if (first == '=') {
    RETURN_IF_ERROR(ReadDeclaration(line));
  } else if (first == '{') {
    RETURN_IF_ERROR(ReadMetadata(line));
  } else {
    return line.Expected("a number of ballots, '=' before a candidate, '{' or '#'");
  }
  if (line.Peek() == '\0') return absl::OkStatus();
  return line.Expected("the end of the line");
}

absl::Status AbifParser::ReadMetadata(AbifLine& line) {
  line.Take('{');
  if (line.Take('}')) return absl::OkStatus();
  do {
    ASSIGN_OR_RETURN(const AbifToken key, line.ReadToken("the key of metadata"));
    if (!line.Take(':')) return line.Expected("':'");
    if (line.Peek() == '[' || line.Peek() == '{') {
      return line.Expected("a text, a number, true, false or null");
    }
    std::string value;
    if (!line.TakeEmptyText()) {
      ASSIGN_OR_RETURN(AbifToken token, line.ReadToken("the value of metadata"));
      value = std::move(token.text);
    }
    TakeMetadata(key.text, std::move(value));
  } while (line.Take(','));
  if (!line.Take('}')) return line.Expected("'}'");
  return absl::OkStatus();
}

void AbifParser::TakeMetadata(std::string_view key, std::string value) {
  if (key == "title") {
    builder_.election().title = std::move(value);
  } else if (key == "tally_method") {
    if (absl::EqualsIgnoreCase(value, "FPTP")) value = "plurality";
    // The standard does not say what methods there are: an unknown one says nothing to us.
    if (ParseName(value, file_.rules.method).ok()) file_.states_method = true;
  }
}

absl::Status AbifParser::ReadDeclaration(AbifLine& line) {
  line.Take('=');
  ASSIGN_OR_RETURN(const AbifToken token, line.ReadToken("a candidate's token"));
  if (by_token_.contains(token.text)) {
    return ErrorAt(text_, token.offset, "this token stands for another candidate already");
  }
  if (!line.Take(':')) return line.Expected("':' and the candidate's name");
  ASSIGN_OR_RETURN(AbifToken name, line.ReadToken("the candidate's name, in brackets"));
  return AddCandidate(token.offset, token.text, std::move(name.text)).status();
}

absl::Status AbifParser::ReadVotes(AbifLine& line) {
  const size_t offset = line.Offset();
  ASSIGN_OR_RETURN(const uint64_t count, line.ReadNumber("a number of ballots"));
  if (!line.Take(':')) return line.Expected("':' after the number of ballots");
  ASSIGN_OR_RETURN(std::vector<Choice> choices, ReadChoices(line));
  if (IsScored(choices)) OrderByScore(choices);
  if (count == 0) return absl::OkStatus();
  RETURN_IF_ERROR(builder_.AddBallots(offset, count));
  return AddRanks(choices);
}

absl::StatusOr<std::vector<Choice>> AbifParser::ReadChoices(AbifLine& line) {
  std::vector<Choice> choices;
  if (line.Peek() == '\0') return choices;
  while (true) {
    ASSIGN_OR_RETURN(const AbifToken token, line.ReadToken(kCandidate));
    Choice choice{.offset = token.offset, .candidate = 0, .score = {}, .separator = '\0'};
    ASSIGN_OR_RETURN(choice.candidate, CandidateFor(token));
    if (line.Take('/')) {
      ASSIGN_OR_RETURN(choice.score, line.ReadNumber("a score, a whole number"));
    }
    choice.separator = line.Peek();
    choices.push_back(choice);
    if (!line.Take('>') && !line.Take('=') && !line.Take(',')) break;
  }
  if (line.Peek() != '\0') return line.Expected("'>', '=', ',' or the end of the line");
  return choices;
}

absl::Status AbifParser::AddRanks(const std::vector<Choice>& choices) {
  bool is_new_rank = true;
  for (const Choice& choice : choices) {
    if (is_new_rank) RETURN_IF_ERROR(builder_.AddRank(choice.offset));
    RETURN_IF_ERROR(builder_.AddToRank(choice.offset, choice.candidate));
    is_new_rank = choice.separator == '>';
  }
  return absl::OkStatus();
}

absl::StatusOr<CandidateIndex> AbifParser::CandidateFor(const AbifToken& token) {
  if (token.kind == AbifToken::Kind::kBracketed) {
    if (const auto named = by_name_.find(token.text); named != by_name_.end()) {
      return named->second;
    }
  }
  const auto known = by_token_.find(token.text);
  if (known != by_token_.end()) return known->second;
  return AddCandidate(token.offset, token.text, token.text);
}

absl::StatusOr<CandidateIndex> AbifParser::AddCandidate(size_t offset, const std::string& token,
                                                        std::string name) {
  const auto index = static_cast<CandidateIndex>(builder_.election().candidates.size());
  by_token_.emplace(token, index);
  by_name_.emplace(name, index);
  RETURN_IF_ERROR(
      builder_.AddCandidate(offset, {.id = token, .name = std::move(name), .withdrawn = false}));
  return index;
}

}  // namespace

absl::StatusOr<BallotFile> ParseAbif(std::string_view file) {
  ASSIGN_OR_RETURN(const std::string_view text, FileText(file));
  return AbifParser(text).Parse();
}

}  // namespace caucus::tally
