#include "common/validation/json_value_check.h"

#include <cmath>

namespace caucus {
namespace {

// What class-validator's Length says of `value`, which is no string. It asks JavaScript for the
// value's truth and its length.
std::string LengthTextOf(const FieldRule::StringRule& rule, const boost::json::value* value) {
  const bool falsy = value == nullptr || value->is_null() ||
                     (value->is_bool() && !value->get_bool()) ||
                     (value->is_number() && value->to_number<double>() == 0);
  if (rule.min_length() > 0 && falsy) return TooShortText(rule);
  if (value != nullptr && value->is_array()) {
    const size_t length = value->get_array().size();
    if (length < rule.min_length()) return TooShortText(rule);
    if (rule.max_length() > 0 && length > rule.max_length()) return TooLongText(rule);
  }
  return LengthText(rule);
}

bool IsAbsent(const boost::json::value* value) { return value == nullptr || value->is_null(); }

void CheckDouble(const FieldRule::IntegerRule& rule, double value, const CheckedField& field) {
  if (value > static_cast<double>(rule.max())) ReportTooGreat(rule, field);
  if (value < static_cast<double>(rule.min())) ReportTooSmall(rule, field);
  if (std::trunc(value) != value) field.Report(kMustBeInteger);
}

}  // namespace

void CheckJsonString(const FieldRule::StringRule& rule, const boost::json::value* value,
                     const CheckedField& field) {
  if (IsAbsent(value) && rule.min_length() == 0) return;
  if (!IsAbsent(value) && value->is_string()) {
    const boost::json::string& text = value->get_string();
    CheckString(rule, {text.data(), text.size()}, field);
    return;
  }
  const std::string length_text = LengthTextOf(rule, value);
  if (!length_text.empty()) field.Report(length_text);
  field.Report(kMustBeString);
}

void CheckJsonInteger(const FieldRule::IntegerRule& rule, const boost::json::value* value,
                      const CheckedField& field) {
  if (IsAbsent(value)) {
    if (rule.min() <= 0 && rule.max() >= 0) return;
  } else if (value->is_int64()) {
    return CheckInteger(rule, value->get_int64(), field);
  } else if (value->is_uint64()) {
    return CheckInteger(rule, value->get_uint64(), field);
  } else if (value->is_double()) {
    return CheckDouble(rule, value->get_double(), field);
  }
  ReportTooGreat(rule, field);
  ReportTooSmall(rule, field);
  field.Report(kMustBeInteger);
}

void CheckJsonItems(const FieldRule::ItemsRule& rule, const boost::json::value* value,
                    const CheckedField& field) {
  if (IsAbsent(value) && rule.min_items() == 0) return;
  if (IsAbsent(value) || !value->is_array()) return field.Report(kMustBeArray);
  CheckItemCount(rule, value->get_array().size(), field);
}

}  // namespace caucus
