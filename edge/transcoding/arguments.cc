#include "edge/transcoding/arguments.h"

#include <algorithm>
#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/json/bounded_parser.h"
#include "common/text/surrogates.h"
#include "edge/transcoding/json_error.h"

namespace caucus::edge::transcoding {
namespace {

namespace json = boost::json;

// Whether every placeholder stands for an attachment: a client closes the connection otherwise.
bool PlacesAttachments(const json::value& value, size_t attachments) {
  if (const json::array* const array = value.if_array()) {
    return std::all_of(array->begin(), array->end(), [&](const json::value& item) {
      return PlacesAttachments(item, attachments);
    });
  }
  const json::object* const object = value.if_object();
  if (object == nullptr) return true;
  const json::value* const marker = object->if_contains("_placeholder");
  if (marker == nullptr || !marker->is_bool() || !marker->get_bool()) {
    return std::all_of(object->begin(), object->end(), [&](const auto& member) {
      return PlacesAttachments(member.value(), attachments);
    });
  }
  const json::value* const number = object->if_contains("num");
  const int64_t* const index = number == nullptr ? nullptr : number->if_int64();
  return index != nullptr && *index >= 0 && static_cast<uint64_t>(*index) < attachments;
}

}  // namespace

absl::StatusOr<std::string_view> CheckArguments(std::string_view json, size_t attachments) {
  if (attachments > kAttachmentsMax) {
    return absl::InternalError(absl::StrCat("more than ", kAttachmentsMax, " attachments"));
  }
  json.remove_prefix(std::min(json.find_first_not_of(" \t\n\r"), json.size()));
  if (json.empty()) return json;
  if (json.front() != '[') return absl::InternalError("arguments that are no JSON array");
  if (attachments == 0) {
    if (!CheckJson(json, kArgumentsDepthMax)) return json;
    // Half a surrogate pair goes to a client as it came from one.
    const std::optional<std::string> replaced = ReplaceLoneSurrogates(json);
    if (replaced && !CheckJson(*replaced, kArgumentsDepthMax)) return json;
    return absl::InternalError("arguments that are no JSON, or nest too deep");
  }
  const auto value = ParseJson(json, {.depth_max = kArgumentsDepthMax});
  if (!value.ok()) return absl::InternalError(value.status().message());
  if (PlacesAttachments(*value, attachments)) return json;
  return absl::InternalError("arguments with a placeholder for no attachment");
}

}  // namespace caucus::edge::transcoding
