// The JSON side of value_check.h: here a value may be absent or of another type than its field.
//
// Thread-safe: free functions without state.

#ifndef COMMON_VALIDATION_JSON_VALUE_CHECK_H_
#define COMMON_VALIDATION_JSON_VALUE_CHECK_H_

#include <boost/json/value.hpp>

#include "common/validation/value_check.h"

namespace caucus {

// A null `value` pointer is an absent member; JSON null is the same. An absent value is the field's
// proto3 default and violates only a rule that the default violates; then it is also told that its
// type is wrong.

void CheckJsonString(const FieldRule::StringRule& rule, const boost::json::value* value,
                     const CheckedField& field);

// A number with an integral value is an integer, however it is written: 3, 3.0, 3e0.
void CheckJsonInteger(const FieldRule::IntegerRule& rule, const boost::json::value* value,
                      const CheckedField& field);

// Checks that the value is an array of an allowed size; its items are checked one by one with the
// functions above.
void CheckJsonItems(const FieldRule::ItemsRule& rule, const boost::json::value* value,
                    const CheckedField& field);

}  // namespace caucus

#endif  // COMMON_VALIDATION_JSON_VALUE_CHECK_H_
