#include "polls-service/ballot_files/json_rules.h"

#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/file_text.h"
#include "polls-service/ballot_files/rule_names.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

using Kind = JsonCursor::Kind;

// ranksMax is ranks_max.
std::string SnakeCase(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isupper(byte)) snake.push_back('_');
    snake.push_back(absl::ascii_tolower(byte));
  }
  return snake;
}

}  // namespace

absl::Status JsonRulesReader::Read(JsonCursor& cursor) {
  if (cursor.Peek() != Kind::kObject) {
    return ErrorAt(text_, cursor.Offset(), "rules must be an object");
  }
  cursor.Enter();
  while (cursor.HasNext()) {
    const JsonCursor::Key key = cursor.ReadKey();
    RETURN_IF_ERROR(ReadRule(key, cursor));
  }
  return absl::OkStatus();
}

absl::Status JsonRulesReader::ReadRule(const JsonCursor::Key& key, JsonCursor& cursor) {
  const std::string name = SnakeCase(key.name);
  if (!stated_.insert(name).second) {
    return ErrorAt(text_, key.offset, absl::StrCat(name, " is stated twice"));
  }
  file_.states_method |= name == "method";
  if (name == "method") return ReadName(cursor, rules_.method);
  if (name == "seats") return ReadNumber(cursor, rules_.seats);
  if (name == "quota") return ReadName(cursor, rules_.quota);
  if (name == "decimals") return ReadNumber(cursor, rules_.decimals);
  if (name == "ranks_max") return ReadNumber(cursor, rules_.ranks_max);
  if (name == "skipped_ranks_max") return ReadOptional(cursor, rules_.skipped_ranks_max);
  if (name == "overvotes") return ReadName(cursor, rules_.overvotes);
  if (name == "duplicates") return ReadName(cursor, rules_.duplicates);
  if (name == "unranked") return ReadName(cursor, rules_.unranked);
  if (name == "write_ins") return ReadWriteIns(cursor);
  if (name == "until_two_remain") return ReadFlag(cursor, rules_.until_two_remain);
  if (name == "batch_elimination") return ReadFlag(cursor, rules_.batch_elimination);
  if (name == "tie_break_seed") return ReadText(cursor, rules_.tie_break_seed);
  if (name == "tie_break_order") return ReadOrder(cursor);
  return ErrorAt(text_, key.offset, "there is no rule of this name");
}

absl::Status JsonRulesReader::ReadNumber(JsonCursor& cursor, uint32_t& value) const {
  const size_t offset = cursor.Offset();
  const std::optional<uint64_t> number =
      cursor.Peek() == Kind::kScalar ? ParseNumber(cursor.ReadScalar()) : std::nullopt;
  if (!number || *number > std::numeric_limits<uint32_t>::max()) {
    return ErrorAt(text_, offset, "this must be a whole number, at most 4294967295");
  }
  value = static_cast<uint32_t>(*number);
  return absl::OkStatus();
}

absl::Status JsonRulesReader::ReadFlag(JsonCursor& cursor, bool& value) const {
  const size_t offset = cursor.Offset();
  const std::string_view scalar =
      cursor.Peek() == Kind::kScalar ? cursor.ReadScalar() : std::string_view();
  if (scalar != "true" && scalar != "false") {
    return ErrorAt(text_, offset, "this must be true or false");
  }
  value = scalar == "true";
  return absl::OkStatus();
}

absl::Status JsonRulesReader::ReadText(JsonCursor& cursor, std::string& value) const {
  const size_t offset = cursor.Offset();
  if (cursor.Peek() != Kind::kString) return ErrorAt(text_, offset, "this must be a text");
  value = cursor.ReadString();
  return CheckName(text_, offset, "this text", value);
}

absl::Status JsonRulesReader::ReadOptional(JsonCursor& cursor,
                                           std::optional<uint32_t>& value) const {
  JsonCursor ahead = cursor;
  if (ahead.Peek() == Kind::kScalar && ahead.ReadScalar() == "null") {
    cursor = ahead;
    value.reset();
    return absl::OkStatus();
  }
  return ReadNumber(cursor, value.emplace());
}

absl::Status JsonRulesReader::ReadWriteIns(JsonCursor& cursor) const {
  const size_t offset = cursor.Offset();
  RETURN_IF_ERROR(ReadOptional(cursor, rules_.write_ins));
  return rules_.write_ins ? CheckPlace(offset, *rules_.write_ins) : absl::OkStatus();
}

absl::Status JsonRulesReader::CheckPlace(size_t offset, uint32_t place) const {
  if (place < file_.election.candidates.size()) return absl::OkStatus();
  return ErrorAt(text_, offset, "there is no candidate at this place");
}

absl::Status JsonRulesReader::ReadOrder(JsonCursor& cursor) const {
  const size_t start = cursor.Offset();
  if (cursor.Peek() != Kind::kArray) {
    return ErrorAt(text_, start, "this must be a list of candidates' places");
  }
  cursor.Enter();
  while (cursor.HasNext()) {
    const size_t offset = cursor.Offset();
    uint32_t place = 0;
    RETURN_IF_ERROR(ReadNumber(cursor, place));
    RETURN_IF_ERROR(CheckPlace(offset, place));
    rules_.tie_break_order.push_back(place);
    if (rules_.tie_break_order.size() > file_.election.candidates.size()) {
      return ErrorAt(text_, offset, "the order has more places than there are candidates");
    }
  }
  return absl::OkStatus();
}

template <typename Value>
absl::Status JsonRulesReader::ReadName(JsonCursor& cursor, Value& value) const {
  const size_t offset = cursor.Offset();
  std::string name;
  RETURN_IF_ERROR(ReadText(cursor, name));
  absl::Status parsed = ParseName(name, value);
  if (parsed.ok()) return parsed;
  return ErrorAt(text_, offset, FromAbsl(parsed.message()));
}

}  // namespace caucus::tally
