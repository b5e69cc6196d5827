#include "polls-service/ballot_files/blt_reader.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "common/text/absl_view.h"
#include "polls-service/ballot_files/text_position.h"

namespace caucus::tally {
namespace {

constexpr std::string_view kSpace = " \t\r\n\f\v";
constexpr std::string_view kWordEnd = " \t\r\n\f\v\"#[(/";

}  // namespace

absl::StatusOr<BltToken> BltReader::Next() {
  using Kind = BltToken::Kind;
  RETURN_IF_ERROR(SkipSpace());
  if (at_ >= text_.size()) return BltToken{.kind = Kind::kEnd, .offset = text_.size(), .text = {}};
  switch (text_[at_]) {
    case '"':
      return ReadEnclosed(Kind::kQuoted, '"', "a quoted text");
    case '(':
      return ReadEnclosed(Kind::kBallotId, ')', "a ballot id");
    case '[':
      return ReadEnclosed(Kind::kOption, ']', "an option");
    default:
      break;
  }
  const size_t start = at_;
  do {
    at_ = std::min(text_.find_first_of(kWordEnd, at_ + 1), text_.size());
  } while (at_ < text_.size() && text_[at_] == '/' && !text_.substr(at_).starts_with("/*"));
  return BltToken{.kind = Kind::kWord, .offset = start, .text = text_.substr(start, at_ - start)};
}

absl::Status BltReader::SkipSpace() {
  while (true) {
    at_ = std::min(text_.find_first_not_of(kSpace, at_), text_.size());
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with('#')) {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (rest.starts_with("/*")) {
      const size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) return ErrorAt(text_, at_, "this comment has no end");
      at_ = end + 2;
    } else {
      return absl::OkStatus();
    }
  }
}

absl::StatusOr<BltToken> BltReader::ReadEnclosed(BltToken::Kind kind, char closing,
                                                 std::string_view what) {
  const size_t start = at_ + 1;
  size_t end = text_.find(closing, start);
  if (kind == BltToken::Kind::kQuoted) {
    while (end != std::string_view::npos && text_.substr(end + 1).starts_with('"')) {
      end = text_.find(closing, end + 2);
    }
  }
  if (end == std::string_view::npos) {
    return ErrorAt(text_, at_, absl::StrCat(ToAbsl(what), " begins here and has no end"));
  }
  const BltToken token{.kind = kind, .offset = at_, .text = text_.substr(start, end - start)};
  at_ = end + 1;
  return token;
}

}  // namespace caucus::tally
