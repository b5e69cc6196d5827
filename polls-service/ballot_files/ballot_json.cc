#include "polls-service/ballot_files/ballot_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "common/json/bounded_parser.h"
#include "common/status/status_macros.h"
#include "polls-service/ballot_files/election_builder.h"
#include "polls-service/ballot_files/file_text.h"
#include "polls-service/ballot_files/json_cursor.h"
#include "polls-service/ballot_files/json_rules.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

using Kind = JsonCursor::Kind;

constexpr size_t kDepthMax = 32;
constexpr std::string_view kMembers[] = {"title", "name",  "candidates",
                                         "seats", "rules", "ballots"};

class BallotJsonParser {
 public:
  explicit BallotJsonParser(std::string_view text) : text_(text), builder_(text) {}

  absl::StatusOr<BallotFile> Parse();

 private:
  // Finds the members that are known, in whatever order they stand.
  absl::Status FindMembers();
  absl::StatusOr<JsonCursor> Member(std::string_view name) const;

  absl::Status ReadTitle();
  absl::Status ReadCandidates();
  absl::Status ReadCandidate(JsonCursor& cursor);
  absl::StatusOr<Candidate> ReadCandidateObject(JsonCursor& cursor) const;
  absl::StatusOr<std::string> ReadName(JsonCursor& cursor, std::string_view what) const;
  absl::Status ReadRules();
  absl::Status ReadBallots();
  absl::Status ReadBallot(JsonCursor& cursor);
  absl::Status ReadCell(JsonCursor& cursor);
  absl::Status ReadPlace(JsonCursor& cursor);

  const std::string_view text_;
  ElectionBuilder builder_;
  BallotFile file_;
  absl::flat_hash_map<std::string, JsonCursor::Key> members_;  // By name, with where the value is.
  absl::flat_hash_set<std::string> ids_;
};

absl::StatusOr<BallotFile> BallotJsonParser::Parse() {
  RETURN_IF_ERROR(FindMembers());
  RETURN_IF_ERROR(ReadTitle());
  RETURN_IF_ERROR(ReadCandidates());
  RETURN_IF_ERROR(ReadBallots());
  builder_.AssignIds();
  file_.election = std::move(builder_.election());
  RETURN_IF_ERROR(ReadRules());
  return std::move(file_);
}

absl::Status BallotJsonParser::FindMembers() {
  JsonCursor cursor(text_);
  if (cursor.Peek() != Kind::kObject) {
    return ErrorAt(text_, cursor.Offset(), "this must be an object");
  }
  cursor.Enter();
  while (cursor.HasNext()) {
    JsonCursor::Key key = cursor.ReadKey();
    const size_t value = cursor.Offset();
    cursor.Skip();
    const bool is_known =
        std::find(std::begin(kMembers), std::end(kMembers), key.name) != std::end(kMembers);
    if (!is_known) continue;
    const size_t offset = std::exchange(key.offset, value);
    const std::string name = key.name;
    if (!members_.emplace(name, std::move(key)).second) {
      return ErrorAt(text_, offset, absl::StrCat(name, " is given twice"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<JsonCursor> BallotJsonParser::Member(std::string_view name) const {
  const auto found = members_.find(std::string(name));
  if (found != members_.end()) return JsonCursor(text_, found->second.offset);
  return ErrorAt(text_, JsonCursor(text_).Offset(),
                 std::string("the object has no member ").append(name));
}

absl::Status BallotJsonParser::ReadTitle() {
  for (const std::string_view name : {"title", "name"}) {
    absl::StatusOr<JsonCursor> cursor = Member(name);
    if (!cursor.ok()) continue;
    ASSIGN_OR_RETURN(builder_.election().title, ReadName(*cursor, "the title"));
    break;
  }
  return absl::OkStatus();
}

absl::Status BallotJsonParser::ReadCandidates() {
  ASSIGN_OR_RETURN(JsonCursor cursor, Member("candidates"));
  if (cursor.Peek() != Kind::kArray) {
    return ErrorAt(text_, cursor.Offset(), "candidates must be a list");
  }
  cursor.Enter();
  while (cursor.HasNext()) RETURN_IF_ERROR(ReadCandidate(cursor));
  return absl::OkStatus();
}

absl::Status BallotJsonParser::ReadCandidate(JsonCursor& cursor) {
  const size_t offset = cursor.Offset();
  Candidate candidate;
  if (cursor.Peek() == Kind::kObject) {
    ASSIGN_OR_RETURN(candidate, ReadCandidateObject(cursor));
  } else {
    ASSIGN_OR_RETURN(candidate.name, ReadName(cursor, "a candidate's name"));
  }
  if (!candidate.id.empty() && !ids_.insert(candidate.id).second) {
    return ErrorAt(text_, offset, "another candidate has this id");
  }
  return builder_.AddCandidate(offset, std::move(candidate));
}

absl::StatusOr<Candidate> BallotJsonParser::ReadCandidateObject(JsonCursor& cursor) const {
  const size_t start = cursor.Offset();
  Candidate candidate;
  bool has_name = false;
  cursor.Enter();
  while (cursor.HasNext()) {
    const JsonCursor::Key key = cursor.ReadKey();
    const size_t offset = cursor.Offset();
    if (key.name == "id") {
      ASSIGN_OR_RETURN(candidate.id, ReadName(cursor, "an id"));
      if (candidate.id.empty()) return ErrorAt(text_, offset, "an id must not be empty");
    } else if (key.name == "name") {
      ASSIGN_OR_RETURN(candidate.name, ReadName(cursor, "a candidate's name"));
      has_name = true;
    } else if (key.name == "withdrawn") {
      const std::string_view flag =
          cursor.Peek() == Kind::kScalar ? cursor.ReadScalar() : std::string_view();
      if (flag != "true" && flag != "false") {
        return ErrorAt(text_, offset, "this must be true or false");
      }
      candidate.withdrawn = flag == "true";
    } else {
      cursor.Skip();
    }
  }
  if (!has_name) return ErrorAt(text_, start, "the candidate has no name");
  return candidate;
}

absl::StatusOr<std::string> BallotJsonParser::ReadName(JsonCursor& cursor,
                                                       std::string_view what) const {
  const size_t offset = cursor.Offset();
  if (cursor.Peek() != Kind::kString) {
    return ErrorAt(text_, offset, std::string(what).append(" must be a text"));
  }
  std::string name = cursor.ReadString();
  RETURN_IF_ERROR(CheckName(text_, offset, what, name));
  return name;
}

absl::Status BallotJsonParser::ReadRules() {
  JsonRulesReader reader(text_, file_);
  absl::StatusOr<JsonCursor> seats = Member("seats");
  if (seats.ok()) {
    RETURN_IF_ERROR(reader.ReadRule({.name = "seats", .offset = seats->Offset()}, *seats));
  }
  absl::StatusOr<JsonCursor> rules = Member("rules");
  if (!rules.ok()) return absl::OkStatus();
  return reader.Read(*rules);
}

absl::Status BallotJsonParser::ReadBallots() {
  ASSIGN_OR_RETURN(JsonCursor cursor, Member("ballots"));
  if (cursor.Peek() != Kind::kArray) {
    return ErrorAt(text_, cursor.Offset(), "ballots must be a list");
  }
  cursor.Enter();
  while (cursor.HasNext()) RETURN_IF_ERROR(ReadBallot(cursor));
  return absl::OkStatus();
}

absl::Status BallotJsonParser::ReadBallot(JsonCursor& cursor) {
  constexpr std::string_view kShape = "a ballot must be [how many, [a cell for each rank]]";
  const size_t start = cursor.Offset();
  if (cursor.Peek() != Kind::kArray) return ErrorAt(text_, start, kShape);
  cursor.Enter();
  if (!cursor.HasNext()) return ErrorAt(text_, start, kShape);
  const size_t offset = cursor.Offset();
  const std::optional<uint64_t> count =
      cursor.Peek() == Kind::kScalar ? ParseNumber(cursor.ReadScalar()) : std::nullopt;
  if (!count || *count == 0) {
    return ErrorAt(text_, offset, "the number of ballots must be a whole number from 1");
  }
  RETURN_IF_ERROR(builder_.AddBallots(offset, *count));
  if (!cursor.HasNext() || cursor.Peek() != Kind::kArray) return ErrorAt(text_, start, kShape);
  cursor.Enter();
  while (cursor.HasNext()) RETURN_IF_ERROR(ReadCell(cursor));
  if (cursor.HasNext()) return ErrorAt(text_, start, kShape);
  return absl::OkStatus();
}

absl::Status BallotJsonParser::ReadCell(JsonCursor& cursor) {
  const size_t offset = cursor.Offset();
  RETURN_IF_ERROR(builder_.AddRank(offset));
  JsonCursor ahead = cursor;
  switch (cursor.Peek()) {
    case Kind::kString:
      if (cursor.ReadString() != "O") break;
      builder_.MarkOvervote();
      return absl::OkStatus();
    case Kind::kArray:
      cursor.Enter();
      while (cursor.HasNext()) RETURN_IF_ERROR(ReadPlace(cursor));
      return absl::OkStatus();
    case Kind::kScalar:
      if (ahead.ReadScalar() != "null") return ReadPlace(cursor);
      cursor = ahead;
      return absl::OkStatus();
    case Kind::kObject:
      break;
  }
  return ErrorAt(text_, offset,
                 "a cell must be a candidate's place, null, a list of places, or \"O\"");
}

absl::Status BallotJsonParser::ReadPlace(JsonCursor& cursor) {
  const size_t offset = cursor.Offset();
  const size_t candidates = builder_.election().candidates.size();
  const std::optional<uint64_t> place =
      cursor.Peek() == Kind::kScalar ? ParseNumber(cursor.ReadScalar()) : std::nullopt;
  if (!place || *place >= candidates) {
    return ErrorAt(text_, offset,
                   absl::StrCat("a candidate's place must be from 0 to ", candidates, " - 1"));
  }
  return builder_.AddToRank(offset, static_cast<CandidateIndex>(*place));
}

}  // namespace

absl::StatusOr<BallotFile> ParseBallotJson(std::string_view file) {
  ASSIGN_OR_RETURN(const std::string_view text, FileText(file));
  if (const std::optional<JsonError> error = CheckJson(text, kDepthMax)) {
    return ErrorAt(
        text, error->position,
        error->fault == JsonFault::kTooDeep ? "the JSON is nested too deeply" : "this is not JSON");
  }
  return BallotJsonParser(text).Parse();
}

}  // namespace caucus::tally
