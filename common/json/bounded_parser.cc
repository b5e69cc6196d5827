#include "common/json/bounded_parser.h"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value_stack.hpp>
#include <string>
#include <utility>

#include "common/text/surrogates.h"

namespace caucus {
namespace {

namespace json = boost::json;

// What the values of an ordinary text fit in while it is parsed.
constexpr size_t kStackBytes = 4096;

// Takes everything and keeps nothing.
class NullHandler {
 public:
  static constexpr size_t max_object_size = json::object::max_size();
  static constexpr size_t max_array_size = json::array::max_size();
  static constexpr size_t max_key_size = json::string::max_size();
  static constexpr size_t max_string_size = json::string::max_size();

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

// Makes a value of the parser's events, as Boost.JSON's own parser does.
class ValueBuilder : public NullHandler {
 public:
  ValueBuilder(size_t members_max, unsigned char* buffer, size_t buffer_bytes,
               json::storage_ptr storage)
      : members_max_(members_max), stack_({}, buffer, buffer_bytes) {
    stack_.reset(std::move(storage));
  }

  json::value Release() { return stack_.release(); }

  // push_object() is what fills the hash table.
  bool on_object_end(size_t members, json::error_code& error) {
    if (members > members_max_) {
      error = json::error::object_too_large;
      return false;
    }
    stack_.push_object(members);
    return true;
  }
  bool on_array_end(size_t items, json::error_code&) {
    stack_.push_array(items);
    return true;
  }
  bool on_key_part(json::string_view part, size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, size_t, json::error_code&) {
    stack_.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, size_t, json::error_code&) {
    stack_.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, size_t, json::error_code&) {
    stack_.push_string(part);
    return true;
  }
  bool on_int64(int64_t number, json::string_view, json::error_code&) {
    stack_.push_int64(number);
    return true;
  }
  bool on_uint64(uint64_t number, json::string_view, json::error_code&) {
    stack_.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code&) {
    stack_.push_double(number);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    stack_.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    stack_.push_null();
    return true;
  }

 private:
  const size_t members_max_;
  json::value_stack stack_;
};

JsonFault FaultOf(const json::error_code& error) {
  if (error == json::error::too_deep) return JsonFault::kTooDeep;
  if (error == json::error::object_too_large) return JsonFault::kTooManyMembers;
  return JsonFault::kMalformed;
}

// Returns what is wrong with `text`, which `parser` has then read.
template <typename Handler>
std::optional<JsonError> Read(json::basic_parser<Handler>& parser, std::string_view text) {
  json::error_code error;
  const size_t parsed = parser.write_some(/*more=*/false, text.data(), text.size(), error);
  if (!error && parsed == text.size()) return std::nullopt;
  const bool ended = error == json::error::incomplete;
  return JsonError{.fault = FaultOf(error), .position = ended ? text.size() : parsed};
}

// Half of a surrogate pair is all that may be wrong. Returns `text` without such halves, which is
// no other length: what else is wrong is still at its place.
std::optional<std::string> Readable(std::string_view text, const JsonError& error) {
  if (error.fault != JsonFault::kMalformed) return std::nullopt;
  return ReplaceLoneSurrogates(text);
}

json::parse_options OptionsFor(size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  return options;
}

}  // namespace

std::variant<json::value, JsonError> ParseBounded(std::string_view text, const JsonLimits& limits,
                                                  json::storage_ptr storage) {
  unsigned char buffer[kStackBytes];
  json::basic_parser<ValueBuilder> parser(OptionsFor(limits.depth_max), limits.members_max, buffer,
                                          sizeof(buffer), storage);
  const std::optional<JsonError> error = Read(parser, text);
  if (!error) return parser.handler().Release();
  const std::optional<std::string> readable = Readable(text, *error);
  if (readable) return ParseBounded(*readable, limits, std::move(storage));
  return *error;
}

std::optional<JsonError> CheckJson(std::string_view text, size_t depth_max) {
  json::basic_parser<NullHandler> parser(OptionsFor(depth_max));
  const std::optional<JsonError> error = Read(parser, text);
  if (!error) return std::nullopt;
  const std::optional<std::string> readable = Readable(text, *error);
  return readable ? CheckJson(*readable, depth_max) : error;
}

}  // namespace caucus
