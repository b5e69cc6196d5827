// JSON from a client: never deeper than allowed once it is parsed, and an event is taken apart
// where it should be.

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "edge/socketio/event_arguments.h"

namespace caucus::edge::socketio {
namespace {

namespace json = boost::json;

constexpr size_t kDepthMax = 8;
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

// The parts, parsed alone, are what they are in the whole. Boost.JSON may read the last digit of a
// long number in another way at another place, so numbers are not compared.
void CheckSplit(std::string_view text, const json::array& whole) {
  const EventText parts = SplitEventText(text);
  const auto name = ParseJson(parts.name, kDepthMax);
  Check(name.ok() && name->is_string() == whole.front().is_string());
  Check(!name->is_string() || *name == whole.front());
  const std::string rest =
      parts.arguments.empty() ? "[]" : std::string("[").append(parts.arguments);
  const auto arguments = ParseJson(rest, kDepthMax);
  Check(arguments.ok() && arguments->get_array().size() == whole.size() - 1);
  for (size_t i = 1; i < whole.size(); ++i) {
    const json::value& argument = arguments->get_array()[i - 1];
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
  const absl::StatusOr<boost::json::value> value = ParseJson(text, kDepthMax);
  if (!value.ok()) {
    Check(absl::IsInvalidArgument(value.status()) || absl::IsResourceExhausted(value.status()));
    return 0;
  }
  Check(DepthOf(*value) <= kDepthMax);
  const boost::json::array* const array = value->if_array();
  const bool event = array != nullptr && !array->empty() &&
                     (array->front().is_string() || array->front().is_number());
  if (event) CheckSplit(text, *array);
  CheckBinary(*value);
  return 0;
}
