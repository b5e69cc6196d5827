#include "edge/socketio/incoming_event.h"

#include <boost/json/value.hpp>
#include <utility>
#include <variant>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace caucus::edge::socketio {

absl::StatusOr<boost::json::array> IncomingEvent::ParseArguments(
    boost::json::storage_ptr storage) const {
  auto result = ParseBounded(json, json_limits, std::move(storage));
  boost::json::value* const value = std::get_if<boost::json::value>(&result);
  if (value == nullptr) {
    return absl::ResourceExhaustedError(
        absl::StrCat("an object has more than ", json_limits.members_max, " members"));
  }
  boost::json::array& array = value->get_array();
  array.erase(array.begin());
  return std::move(array);
}

}  // namespace caucus::edge::socketio
