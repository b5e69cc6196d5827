#include "edge/socketio/event_arguments.h"

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "common/status/status_macros.h"

namespace caucus::edge::socketio {
namespace {

bool IsPlaceholder(const boost::json::object& object) {
  const boost::json::value* marker = object.if_contains("_placeholder");
  return marker != nullptr && marker->is_bool() && marker->get_bool();
}

constexpr std::string_view kJsonSpace = " \t\n\r";

// Of a string, or of a number.
constexpr std::string_view kNameBegins = "\"-0123456789";

// Returns the attachment's number, or nothing if it is none.
std::optional<size_t> NumberOf(const boost::json::object& placeholder, size_t attachments) {
  const boost::json::value* const number = placeholder.if_contains("num");
  const int64_t* const index = number == nullptr ? nullptr : number->if_int64();
  if (index == nullptr || *index < 0 || static_cast<size_t>(*index) >= attachments) {
    return std::nullopt;
  }
  return static_cast<size_t>(*index);
}

// A short text may name a long attachment many times: `bytes_left` bounds what may come of it.
absl::Status Check(const boost::json::value& value, std::span<const std::string> attachments,
                   size_t& bytes_left) {
  if (const boost::json::array* const array = value.if_array()) {
    for (const boost::json::value& item : *array) {
      RETURN_IF_ERROR(Check(item, attachments, bytes_left));
    }
  }
  const boost::json::object* const object = value.if_object();
  if (object == nullptr) return absl::OkStatus();
  if (!IsPlaceholder(*object)) {
    for (const auto& member : *object) {
      RETURN_IF_ERROR(Check(member.value(), attachments, bytes_left));
    }
    return absl::OkStatus();
  }
  const std::optional<size_t> index = NumberOf(*object, attachments.size());
  if (!index) return absl::InvalidArgumentError("a placeholder for no attachment");
  if (attachments[*index].size() > bytes_left) {
    return absl::ResourceExhaustedError("too many bytes of attachments");
  }
  bytes_left -= attachments[*index].size();
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckPlaceholders(const boost::json::value& value,
                               std::span<const std::string> attachments, size_t bytes_max) {
  return Check(value, attachments, bytes_max);
}

void ReplacePlaceholders(boost::json::value& value, std::span<const std::string> attachments) {
  if (boost::json::array* const array = value.if_array()) {
    for (boost::json::value& item : *array) ReplacePlaceholders(item, attachments);
  }
  boost::json::object* const object = value.if_object();
  if (object == nullptr) return;
  if (!IsPlaceholder(*object)) {
    for (auto& member : *object) ReplacePlaceholders(member.value(), attachments);
    return;
  }
  value = absl::Base64Escape(attachments[NumberOf(*object, attachments.size()).value()]);
}

std::optional<EventText> SplitEventText(std::string_view json) {
  json.remove_prefix(json.find_first_not_of(kJsonSpace));
  if (json.front() != '[') return std::nullopt;
  json.remove_prefix(json.find_first_not_of(kJsonSpace, 1));
  if (kNameBegins.find(json.front()) == std::string_view::npos) return std::nullopt;
  size_t end = 1;
  if (json.front() == '"') {
    while (json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    ++end;
  } else {
    end = json.find_first_of(" \t\n\r,]");
  }
  EventText text = {.name = json.substr(0, end), .arguments = json.substr(end)};
  text.arguments.remove_prefix(text.arguments.find_first_not_of(kJsonSpace));
  const bool has_arguments = text.arguments.front() == ',';
  text.arguments = has_arguments ? text.arguments.substr(1) : std::string_view();
  return text;
}

bool IsReservedEvent(std::string_view name) {
  static constexpr std::array<std::string_view, 6> kReserved = {
      "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"};
  return std::find(kReserved.begin(), kReserved.end(), name) != kReserved.end();
}

}  // namespace caucus::edge::socketio
