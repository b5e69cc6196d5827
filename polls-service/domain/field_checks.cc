#include "polls-service/domain/field_checks.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/error_details.h"
#include "common/text/unicode.h"

namespace caucus::polls {
namespace {

constexpr size_t kTextLengthMax = 100;

}  // namespace

absl::StatusOr<std::string> CheckedText(std::string_view field, std::string_view text) {
  const std::string_view trimmed = TrimWhitespace(text);
  const std::string name(field);
  if (IsBlank(trimmed)) {
    return BadRequestError({{name, name + " must be longer than or equal to 1 characters"}});
  }
  if (CountCodePoints(trimmed) > kTextLengthMax) {
    return BadRequestError({{name, name + " must be shorter than or equal to 100 characters"}});
  }
  return std::string(trimmed);
}

absl::Status CheckNumber(std::string_view field, uint32_t number, uint32_t max) {
  const std::string name(field);
  if (number < 1) return BadRequestError({{name, name + " must not be less than 1"}});
  if (number <= max) return absl::OkStatus();
  return BadRequestError({{name, absl::StrCat(name, " must not be greater than ", max)}});
}

absl::Status CheckBallot(const Poll& poll, const Ballot& rankings) {
  std::vector<FieldViolation> violations;
  const auto add = [&](std::string description) {
    violations.push_back({"rankings", std::move(description)});
  };
  if (rankings.empty()) add("rankings must contain at least 1 elements");
  if (rankings.size() > poll.votes_per_voter) {
    add(absl::StrCat("rankings must contain no more than ", poll.votes_per_voter, " elements"));
  }
  if (std::set<std::string_view>(rankings.begin(), rankings.end()).size() < rankings.size()) {
    add("rankings must not contain duplicates");
  }
  if (!std::all_of(rankings.begin(), rankings.end(),
                   [&](const std::string& id) { return poll.nominations.contains(id); })) {
    add("each value in rankings must be a nomination of this poll");
  }
  return violations.empty() ? absl::OkStatus() : BadRequestError(violations);
}

}  // namespace caucus::polls
