#include "auth-service/tokens/claims.h"

#include <boost/json/value.hpp>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "auth-service/encoding/strict_json.h"
#include "common/status/status_macros.h"

namespace caucus::auth {
namespace {

namespace json = boost::json;
using google::protobuf::Struct;
using google::protobuf::Value;

constexpr double kExactIntegerMax = 9007199254740991;  // 2^53 - 1.

absl::StatusOr<json::object> ToObject(const Struct& from, std::size_t depth);

absl::StatusOr<json::value> ToNumber(double number) {
  if (!std::isfinite(number)) return absl::InvalidArgumentError("a number is not finite");
  if (std::trunc(number) == number && std::abs(number) <= kExactIntegerMax) {
    return json::value(static_cast<std::int64_t>(number));
  }
  return json::value(number);
}

absl::StatusOr<json::value> ToValue(const Value& from, std::size_t depth) {
  switch (from.kind_case()) {
    case Value::kNullValue:
      return json::value(nullptr);
    case Value::kBoolValue:
      return json::value(from.bool_value());
    case Value::kNumberValue:
      return ToNumber(from.number_value());
    case Value::kStringValue:
      return json::value(from.string_value());
    case Value::kStructValue: {
      ASSIGN_OR_RETURN(json::object object, ToObject(from.struct_value(), depth + 1));
      return json::value(std::move(object));
    }
    case Value::kListValue: {
      if (depth + 1 > kJsonDepthMax) return absl::InvalidArgumentError("nested too deeply");
      json::array array;
      for (const Value& element : from.list_value().values()) {
        ASSIGN_OR_RETURN(json::value value, ToValue(element, depth + 1));
        array.push_back(std::move(value));
      }
      return json::value(std::move(array));
    }
    case Value::KIND_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError("a value has no kind");
}

absl::StatusOr<json::object> ToObject(const Struct& from, std::size_t depth) {
  if (depth > kJsonDepthMax) return absl::InvalidArgumentError("nested too deeply");
  // A protobuf map has no order; a token should not depend on that.
  const std::map<std::string, Value> sorted(from.fields().begin(), from.fields().end());
  json::object object;
  for (const auto& [name, field] : sorted) {
    ASSIGN_OR_RETURN(json::value value, ToValue(field, depth));
    object[name] = std::move(value);
  }
  return object;
}

void FromValue(const json::value& from, Value& to) {
  switch (from.kind()) {
    case json::kind::null:
      to.set_null_value(google::protobuf::NULL_VALUE);
      break;
    case json::kind::bool_:
      to.set_bool_value(from.get_bool());
      break;
    case json::kind::int64:
      to.set_number_value(static_cast<double>(from.get_int64()));
      break;
    case json::kind::uint64:
      to.set_number_value(static_cast<double>(from.get_uint64()));
      break;
    case json::kind::double_:
      to.set_number_value(from.get_double());
      break;
    case json::kind::string:
      to.set_string_value(std::string(from.get_string()));
      break;
    case json::kind::array:
      to.mutable_list_value();
      for (const json::value& element : from.get_array()) {
        FromValue(element, *to.mutable_list_value()->add_values());
      }
      break;
    case json::kind::object:
      *to.mutable_struct_value() = ClaimsFromJson(from.get_object());
      break;
  }
}

}  // namespace

absl::StatusOr<json::object> ClaimsToJson(const Struct& claims) { return ToObject(claims, 1); }

Struct ClaimsFromJson(const json::object& claims) {
  Struct result;
  for (const auto& [name, value] : claims) {
    FromValue(value, (*result.mutable_fields())[std::string(name)]);
  }
  return result;
}

}  // namespace caucus::auth
