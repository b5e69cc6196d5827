#include "edge/transcoding/arguments.h"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value.hpp>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/status/status_macros.h"
#include "edge/transcoding/json_error.h"

namespace caucus::edge::transcoding {
namespace {

namespace json = boost::json;

// Takes everything and keeps nothing: to know that JSON is well-formed, no value need be made.
struct NullHandler {
  static constexpr size_t max_object_size = SIZE_MAX;
  static constexpr size_t max_array_size = SIZE_MAX;
  static constexpr size_t max_key_size = SIZE_MAX;
  static constexpr size_t max_string_size = SIZE_MAX;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(size_t, json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_object_end(size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, size_t, json::error_code&) { return true; }
  bool on_key_part(json::string_view, size_t, json::error_code&) { return true; }
  bool on_key(json::string_view, size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

bool IsWellFormed(std::string_view text) {
  json::parse_options options;
  options.max_depth = kArgumentsDepthMax;
  json::basic_parser<NullHandler> parser(options);
  json::error_code error;
  const size_t parsed = parser.write_some(/*more=*/false, text.data(), text.size(), error);
  return !error && parsed == text.size() && parser.done();
}

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
    if (IsWellFormed(json)) return json;
    return absl::InternalError("arguments that are no JSON, or nest too deep");
  }
  const auto value = ParseJson(json, {.depth_max = kArgumentsDepthMax});
  if (!value.ok()) return absl::InternalError(value.status().message());
  if (PlacesAttachments(*value, attachments)) return json;
  return absl::InternalError("arguments with a placeholder for no attachment");
}

}  // namespace caucus::edge::transcoding
