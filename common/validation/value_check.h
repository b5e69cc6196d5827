// Holds single values against the rules of caucus.socketio.v1.FieldRule, in the words of the
// class-validator library.
//
// Thread-safe: free functions without state.

#ifndef COMMON_VALIDATION_VALUE_CHECK_H_
#define COMMON_VALIDATION_VALUE_CHECK_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/numeric/int128.h"
#include "caucus/socketio/v1/event_rule.pb.h"
#include "common/validation/violation_list.h"

namespace caucus {

using socketio::v1::FieldRule;

// The field or item that is checked, and where its violations go. If `path` has an index, they are
// told of "each value in" the field.
struct CheckedField {
  const FieldPath& path;
  ViolationList& violations;

  void Report(std::string_view text) const;
};

// "must be longer than or equal to 1 characters" and its sisters.
std::string TooShortText(const FieldRule::StringRule& rule);
std::string TooLongText(const FieldRule::StringRule& rule);
// What is said of a value that has no length: both limits, or the one that there is. Empty if the
// rule has none.
std::string LengthText(const FieldRule::StringRule& rule);

inline constexpr std::string_view kMustBeString = "must be a string";
inline constexpr std::string_view kMustBeInteger = "must be an integer number";
inline constexpr std::string_view kMustBeEnumValue = "must be a valid enum value";
inline constexpr std::string_view kMustBeArray = "must be an array";

// Checks length and, for text, control characters.
void CheckString(const FieldRule::StringRule& rule, std::string_view value,
                 const CheckedField& field);

void CheckInteger(const FieldRule::IntegerRule& rule, absl::int128 value,
                  const CheckedField& field);

// The single complaints of CheckInteger, for values that are no integers.
void ReportTooGreat(const FieldRule::IntegerRule& rule, const CheckedField& field);
void ReportTooSmall(const FieldRule::IntegerRule& rule, const CheckedField& field);

void CheckItemCount(const FieldRule::ItemsRule& rule, size_t count, const CheckedField& field);

}  // namespace caucus

#endif  // COMMON_VALIDATION_VALUE_CHECK_H_
