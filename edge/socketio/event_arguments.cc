#include "edge/socketio/event_arguments.h"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <utility>

#include "absl/strings/escaping.h"

namespace caucus::edge::socketio {
namespace {

bool IsPlaceholder(const boost::json::object& object) {
  const boost::json::value* marker = object.if_contains("_placeholder");
  return marker != nullptr && marker->is_bool() && marker->get_bool();
}

// A short text may name a long attachment many times: `bytes_left` bounds what comes of it.
bool Replace(boost::json::value& value, std::span<const std::string> attachments,
             size_t& bytes_left) {
  if (boost::json::array* array = value.if_array()) {
    return std::all_of(array->begin(), array->end(), [&](boost::json::value& item) {
      return Replace(item, attachments, bytes_left);
    });
  }
  boost::json::object* object = value.if_object();
  if (object == nullptr) return true;
  if (!IsPlaceholder(*object)) {
    return std::all_of(object->begin(), object->end(), [&](auto& member) {
      return Replace(member.value(), attachments, bytes_left);
    });
  }
  const boost::json::value* number = object->if_contains("num");
  const int64_t* index = number == nullptr ? nullptr : number->if_int64();
  if (index == nullptr || *index < 0 || static_cast<size_t>(*index) >= attachments.size()) {
    return false;
  }
  const std::string& attachment = attachments[static_cast<size_t>(*index)];
  if (attachment.size() > bytes_left) return false;
  bytes_left -= attachment.size();
  value = absl::Base64Escape(attachment);
  return true;
}

}  // namespace

std::optional<boost::json::value> ParseJson(std::string_view text, size_t depth_max,
                                            boost::json::storage_ptr storage) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::error_code error;
  boost::json::value value =
      boost::json::parse({text.data(), text.size()}, error, std::move(storage), options);
  if (error) return std::nullopt;
  return value;
}

bool ReplacePlaceholders(boost::json::value& value, std::span<const std::string> attachments,
                         size_t bytes_max) {
  return Replace(value, attachments, bytes_max);
}

bool IsReservedEvent(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kReserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace caucus::edge::socketio
