#include "polls-service/ballot_files/abif_line.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/file_text.h"
#include "polls-service/ballot_files/json_string.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kSpace = " \t\r\f\v";
constexpr std::string_view kBareEnd = " \t\r\f\v>=,/:#[]{}\"";

}  // namespace

char AbifLine::Peek() {
  at_ = std::min(file_.find_first_not_of(kSpace, at_), end_);
  return at_ == end_ || file_[at_] == '#' ? '\0' : file_[at_];
}

bool AbifLine::Take(char wanted) {
  if (Peek() != wanted) return false;
  ++at_;
  return true;
}

bool AbifLine::TakeEmptyText() {
  Peek();
  if (!Rest().starts_with("\"\"")) return false;
  at_ += 2;
  return true;
}

absl::StatusOr<AbifToken> AbifLine::ReadToken(std::string_view what) {
  const char first = Peek();
  AbifToken token{.kind = AbifToken::Kind::kBare, .offset = at_, .text = {}};
  size_t bytes = 0;
  if (first == '"') {
    std::optional<JsonString> quoted = ReadJsonString(Rest());
    if (!quoted) return ErrorAt(file_, at_, "this quoted text is malformed or has no end");
    token.kind = AbifToken::Kind::kQuoted;
    token.text = std::move(quoted->value);
    bytes = quoted->bytes;
  } else if (first == '[') {
    const size_t end = Rest().find(']');
    if (end == std::string_view::npos) return ErrorAt(file_, at_, "this bracket has no end");
    token.kind = AbifToken::Kind::kBracketed;
    token.text = Rest().substr(1, end - 1);
    bytes = end + 1;
  } else if (first != '\0') {
    bytes = std::min(Rest().find_first_of(kBareEnd), Rest().size());
    token.text = Rest().substr(0, bytes);
  }
  if (token.text.empty()) return Expected(what);
  RETURN_IF_ERROR(CheckName(file_, at_, what, token.text));
  at_ += bytes;
  return token;
}

absl::StatusOr<uint64_t> AbifLine::ReadNumber(std::string_view what) {
  Peek();
  const std::string_view rest = Rest();
  const size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::optional<uint64_t> number = ParseNumber(rest.substr(0, digits));
  if (!number) return Expected(what);
  at_ += digits;
  return *number;
}

size_t AbifLine::Offset() {
  Peek();
  return at_;
}

absl::Status AbifLine::Expected(std::string_view what) {
  return ErrorAt(file_, Offset(), absl::StrCat("here should stand ", ToAbsl(what)));
}

}  // namespace caucus::tally
