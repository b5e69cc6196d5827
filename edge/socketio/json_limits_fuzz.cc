// JSON from a client: never deeper than allowed once it is parsed, no object with more members, and
// an event is taken apart where it should be.

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "common/json/bounded_parser.h"
#include "edge/socketio/event_arguments.h"

namespace caucus::edge::socketio {
namespace {

namespace json = boost::json;

constexpr JsonLimits kLimits = {.depth_max = 8, .members_max = 4};
constexpr size_t kBytesMax = 64;

void Check(bool holds) {
  if (!holds) std::abort();
}

size_t DepthOf(const json::value& value) {
  size_t below = 0;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) below = std::max(below, DepthOf(item));
  } else if (value.is_object()) {
    for (const auto& member : value.get_object()) below = std::max(below, DepthOf(member.value()));
  } else {
    return 0;
  }
  return 1 + below;
}

size_t MembersMaxOf(const json::value& value) {
  size_t most = 0;
  if (value.is_array()) {
    for (const json::value& item : value.get_array()) most = std::max(most, MembersMaxOf(item));
  } else if (value.is_object()) {
    most = value.get_object().size();
    for (const auto& member : value.get_object()) {
      most = std::max(most, MembersMaxOf(member.value()));
    }
  }
  return most;
}

json::value Parse(std::string_view text) {
  auto result = ParseBounded(text, kLimits);
  Check(std::holds_alternative<json::value>(result));
  return std::get<json::value>(std::move(result));
}

// Text that is not parsed is none, or is beyond a limit; only that of members is unknown without
// parsing.
void CheckError(std::string_view text, const JsonError& error) {
  Check(error.position <= text.size());
  const std::optional<JsonError> checked = CheckJson(text, kLimits.depth_max);
  if (error.fault == JsonFault::kTooManyMembers) return;
  Check(checked && checked->fault == error.fault && checked->position == error.position);
}

// The parts, parsed alone, are what they are in the whole. Boost.JSON may read the last digit of a
// long number in another way at another place, so numbers are not compared.
void CheckSplit(const EventText& parts, const json::array& whole) {
  const json::value name = Parse(parts.name);
  Check(name.is_string() == whole.front().is_string());
  Check(!name.is_string() || name == whole.front());
  const std::string rest =
      parts.arguments.empty() ? "[]" : std::string("[").append(parts.arguments);
  const json::value arguments = Parse(rest);
  Check(arguments.get_array().size() == whole.size() - 1);
  for (size_t i = 1; i < whole.size(); ++i) {
    const json::value& argument = arguments.get_array()[i - 1];
    Check(argument.is_number() == whole[i].is_number());
    Check(!argument.is_string() || argument == whole[i]);
  }
}

void CheckBinary(json::value value) {
  const std::vector<std::string> attachments = {"one", std::string(40, 'x')};
  const absl::Status placeholders = CheckPlaceholders(value, attachments, kBytesMax);
  if (placeholders.ok()) {
    ReplacePlaceholders(value, attachments);
  } else {
    Check(absl::IsInvalidArgument(placeholders) || absl::IsResourceExhausted(placeholders));
  }
}

}  // namespace
}  // namespace caucus::edge::socketio

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace caucus::edge::socketio;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto result = caucus::ParseBounded(text, kLimits);
  if (const auto* const error = std::get_if<caucus::JsonError>(&result)) {
    CheckError(text, *error);
    return 0;
  }
  const boost::json::value& value = std::get<boost::json::value>(result);
  Check(!caucus::CheckJson(text, kLimits.depth_max));
  Check(DepthOf(value) <= kLimits.depth_max);
  Check(MembersMaxOf(value) <= kLimits.members_max);
  const boost::json::array* const array = value.if_array();
  const bool event = array != nullptr && !array->empty() &&
                     (array->front().is_string() || array->front().is_number());
  const std::optional<EventText> parts = SplitEventText(text);
  Check(parts.has_value() == event);
  if (event) CheckSplit(*parts, *array);
  CheckBinary(value);
  return 0;
}
