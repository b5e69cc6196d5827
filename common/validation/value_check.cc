#include "common/validation/value_check.h"

#include "absl/strings/str_cat.h"
#include "common/text/unicode.h"

namespace caucus {

void CheckedField::Report(std::string_view text) const {
  if (path.index) {
    violations.AddForItem(path, text);
  } else {
    violations.Add(path, text);
  }
}

std::string TooShortText(const FieldRule::StringRule& rule) {
  return absl::StrCat("must be longer than or equal to ", rule.min_length(), " characters");
}

std::string TooLongText(const FieldRule::StringRule& rule) {
  return absl::StrCat("must be shorter than or equal to ", rule.max_length(), " characters");
}

std::string LengthText(const FieldRule::StringRule& rule) {
  if (rule.min_length() > 0 && rule.max_length() > 0) {
    return absl::StrCat("must be longer than or equal to ", rule.min_length(),
                        " and shorter than or equal to ", rule.max_length(), " characters");
  }
  if (rule.min_length() > 0) return TooShortText(rule);
  if (rule.max_length() > 0) return TooLongText(rule);
  return "";
}

void CheckString(const FieldRule::StringRule& rule, std::string_view value,
                 const CheckedField& field) {
  const bool is_blank = rule.text() && IsBlank(value);
  const size_t length = is_blank ? 0 : CountCodePoints(rule.text() ? TrimWhitespace(value) : value);
  if (length < rule.min_length()) {
    field.Report(TooShortText(rule));
  } else if (rule.max_length() > 0 && length > rule.max_length()) {
    field.Report(TooLongText(rule));
  }
  if (rule.text() && HasControlCharacters(value)) {
    field.Report("must not contain control characters");
  }
}

void CheckInteger(const FieldRule::IntegerRule& rule, absl::int128 value,
                  const CheckedField& field) {
  if (value > rule.max()) ReportTooGreat(rule, field);
  if (value < rule.min()) ReportTooSmall(rule, field);
}

void ReportTooGreat(const FieldRule::IntegerRule& rule, const CheckedField& field) {
  field.Report(absl::StrCat("must not be greater than ", rule.max()));
}

void ReportTooSmall(const FieldRule::IntegerRule& rule, const CheckedField& field) {
  field.Report(absl::StrCat("must not be less than ", rule.min()));
}

void CheckItemCount(const FieldRule::ItemsRule& rule, size_t count, const CheckedField& field) {
  if (count < rule.min_items()) {
    field.Report(absl::StrCat("must contain at least ", rule.min_items(), " elements"));
  } else if (rule.max_items() > 0 && count > rule.max_items()) {
    field.Report(absl::StrCat("must contain no more than ", rule.max_items(), " elements"));
  }
}

}  // namespace caucus
