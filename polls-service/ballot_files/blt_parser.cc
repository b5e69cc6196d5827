#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/blt.h"
#include "polls-service/ballot_files/blt_reader.h"
#include "polls-service/ballot_files/election_builder.h"
#include "polls-service/ballot_files/file_text.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

using Kind = BltToken::Kind;

// What may stand after the title: Wichmann's source and comment.
constexpr int kTextsAfterTitleMax = 2;

class BltParser {
 public:
  explicit BltParser(std::string_view text) : text_(text), reader_(text), builder_(text) {}

  absl::StatusOr<BallotFile> Parse();

 private:
  absl::Status ReadSizes();
  absl::Status ReadWithdrawnAndOptions();
  absl::Status ReadBallots();
  absl::Status BeginBallots();
  absl::Status ReadRanks();
  absl::Status ReadRank();
  absl::Status ReadNames();
  absl::Status ReadTitle();
  absl::Status CheckOption() const;

  // Makes what ballots with an id begin with their weight, if it is 1 in all of them.
  void TakeWeightsOfIds();

  absl::Status Advance();
  absl::StatusOr<uint64_t> Number(std::string_view what) const;
  absl::StatusOr<CandidateIndex> CandidateNumbered(size_t offset, std::string_view digits) const;
  absl::StatusOr<std::string> QuotedText(std::string_view what) const;
  absl::Status Unexpected(std::string_view wanted) const;

  Election& election() { return builder_.election(); }

  const std::string_view text_;
  BltReader reader_;
  BltToken token_;
  ElectionBuilder builder_;
  uint64_t candidate_count_ = 0;
  std::vector<size_t> ballots_with_id_;  // Of Election::ballots.
  uint32_t seats_ = 1;
};

absl::StatusOr<BallotFile> BltParser::Parse() {
  RETURN_IF_ERROR(Advance());
  RETURN_IF_ERROR(ReadSizes());
  RETURN_IF_ERROR(ReadWithdrawnAndOptions());
  RETURN_IF_ERROR(ReadBallots());
  RETURN_IF_ERROR(ReadNames());
  RETURN_IF_ERROR(ReadTitle());
  builder_.AssignIds();
  TakeWeightsOfIds();
  BallotFile file{.election = std::move(election()), .rules = {}, .states_method = false};
  file.rules.seats = seats_;
  return file;
}

absl::Status BltParser::ReadSizes() {
  const size_t offset = token_.offset;
  ASSIGN_OR_RETURN(candidate_count_, Number("the number of candidates"));
  if (candidate_count_ == 0) return ErrorAt(text_, offset, "there must be at least one candidate");
  for (uint64_t i = 0; i < candidate_count_; ++i) {
    RETURN_IF_ERROR(builder_.AddCandidate(offset, {}));
  }
  RETURN_IF_ERROR(Advance());
  ASSIGN_OR_RETURN(const uint64_t seats, Number("the number of seats"));
  if (seats == 0 || seats > candidate_count_) {
    return ErrorAt(text_, token_.offset,
                   absl::StrCat("the number of seats must be from 1 to ", candidate_count_,
                                ", the number of candidates"));
  }
  seats_ = static_cast<uint32_t>(seats);
  return Advance();
}

absl::Status BltParser::ReadWithdrawnAndOptions() {
  while (true) {
    if (token_.kind == Kind::kOption) {
      RETURN_IF_ERROR(CheckOption());
    } else if (token_.kind == Kind::kWord && token_.text.starts_with('-')) {
      ASSIGN_OR_RETURN(const CandidateIndex candidate,
                       CandidateNumbered(token_.offset, token_.text.substr(1)));
      election().candidates[candidate].withdrawn = true;
    } else {
      return absl::OkStatus();
    }
    RETURN_IF_ERROR(Advance());
  }
}

absl::Status BltParser::CheckOption() const {
  const std::string_view name = token_.text.substr(0, token_.text.find_first_of(" \t\r\n"));
  if (name == "nick" || name == "tie" || name == "droop") return absl::OkStatus();
  return ErrorAt(text_, token_.offset,
                 "the options are [nick …], [tie …] and [droop …]; this is none of them");
}

absl::Status BltParser::ReadBallots() {
  while (!(token_.kind == Kind::kWord && ParseNumber(token_.text) == 0)) {
    RETURN_IF_ERROR(BeginBallots());
    RETURN_IF_ERROR(ReadRanks());
  }
  return Advance();
}

absl::Status BltParser::BeginBallots() {
  uint64_t count = 1;
  if (token_.kind == Kind::kBallotId) {
    ballots_with_id_.push_back(election().ballots.size());
  } else {
    ASSIGN_OR_RETURN(count, Number("the weight of a ballot, or 0 after the last"));
  }
  RETURN_IF_ERROR(builder_.AddBallots(token_.offset, count));
  return Advance();
}

// Reads the 0 at the end too.
absl::Status BltParser::ReadRanks() {
  while (true) {
    if (token_.kind != Kind::kWord) return Unexpected("a candidate's number, or 0 after the last");
    const bool is_end = ParseNumber(token_.text) == 0;
    if (!is_end) RETURN_IF_ERROR(ReadRank());
    RETURN_IF_ERROR(Advance());
    if (is_end) return absl::OkStatus();
  }
}

absl::Status BltParser::ReadRank() {
  RETURN_IF_ERROR(builder_.AddRank(token_.offset));
  if (token_.text == "-") return absl::OkStatus();
  size_t start = 0;
  while (start <= token_.text.size()) {
    const size_t end = std::min(token_.text.find('=', start), token_.text.size());
    const size_t offset = token_.offset + start;
    ASSIGN_OR_RETURN(const CandidateIndex candidate,
                     CandidateNumbered(offset, token_.text.substr(start, end - start)));
    RETURN_IF_ERROR(builder_.AddToRank(offset, candidate));
    start = end + 1;
  }
  return absl::OkStatus();
}

absl::Status BltParser::ReadNames() {
  for (size_t i = 0; i < election().candidates.size(); ++i) {
    const std::string what =
        absl::StrCat("the name of candidate ", i + 1, " of ", election().candidates.size());
    ASSIGN_OR_RETURN(election().candidates[i].name, QuotedText(what));
    RETURN_IF_ERROR(Advance());
  }
  return absl::OkStatus();
}

absl::Status BltParser::ReadTitle() {
  if (token_.kind == Kind::kEnd) return absl::OkStatus();
  ASSIGN_OR_RETURN(election().title, QuotedText("the title"));
  RETURN_IF_ERROR(Advance());
  for (int i = 0; i < kTextsAfterTitleMax && token_.kind == Kind::kQuoted; ++i) {
    RETURN_IF_ERROR(Advance());
  }
  if (token_.kind == Kind::kEnd) return absl::OkStatus();
  return Unexpected("the end of the file");
}

void BltParser::TakeWeightsOfIds() {
  const Rank weight{.candidates = {0}, .is_overvote = false};
  for (const size_t i : ballots_with_id_) {
    const std::vector<Rank>& ranks = election().ballots[i].ranks;
    if (ranks.empty() || ranks.front() != weight) return;
  }
  for (const size_t i : ballots_with_id_) {
    std::vector<Rank>& ranks = election().ballots[i].ranks;
    ranks.erase(ranks.begin());
  }
}

absl::Status BltParser::Advance() {
  ASSIGN_OR_RETURN(token_, reader_.Next());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> BltParser::Number(std::string_view what) const {
  const std::optional<uint64_t> number =
      token_.kind == Kind::kWord ? ParseNumber(token_.text) : std::nullopt;
  if (!number) return Unexpected(what);
  return *number;
}

absl::StatusOr<CandidateIndex> BltParser::CandidateNumbered(size_t offset,
                                                            std::string_view digits) const {
  const std::optional<uint64_t> number = ParseNumber(digits);
  if (!number || *number == 0 || *number > candidate_count_) {
    return ErrorAt(text_, offset,
                   absl::StrCat("a candidate's number must be from 1 to ", candidate_count_));
  }
  return static_cast<CandidateIndex>(*number - 1);
}

absl::StatusOr<std::string> BltParser::QuotedText(std::string_view what) const {
  if (token_.kind != Kind::kQuoted) {
    return Unexpected(absl::StrCat(ToAbsl(what), ", in double quotes"));
  }
  std::string name = absl::StrReplaceAll(ToAbsl(token_.text), {{"\"\"", "\""}});
  RETURN_IF_ERROR(CheckName(text_, token_.offset, what, name));
  return name;
}

absl::Status BltParser::Unexpected(std::string_view wanted) const {
  const bool is_end = token_.kind == Kind::kEnd;
  return ErrorAt(text_, token_.offset,
                 absl::StrCat(is_end ? "the file ends where " : "here should stand ",
                              ToAbsl(wanted), is_end ? " should stand" : ""));
}

}  // namespace

absl::StatusOr<BallotFile> ParseBlt(std::string_view file) {
  ASSIGN_OR_RETURN(const std::string_view text, FileText(file));
  return BltParser(text).Parse();
}

}  // namespace caucus::tally
