#include "common/json/bounded_parser.h"

#include <boost/json/array.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value_stack.hpp>
#include <utility>

namespace caucus {
namespace {

namespace json = boost::json;

// What the values of an ordinary text fit in while it is parsed.
constexpr size_t kStackBytes = 4096;

// Makes a value of the parser's events, as Boost.JSON's own parser does.
class ValueBuilder {
 public:
  static constexpr size_t max_object_size = json::object::max_size();
  static constexpr size_t max_array_size = json::array::max_size();
  static constexpr size_t max_key_size = json::string::max_size();
  static constexpr size_t max_string_size = json::string::max_size();

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

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  const size_t members_max_;
  json::value_stack stack_;
};

JsonFault FaultOf(const json::error_code& error) {
  if (error == json::error::too_deep) return JsonFault::kTooDeep;
  if (error == json::error::object_too_large) return JsonFault::kTooManyMembers;
  return JsonFault::kMalformed;
}

}  // namespace

std::variant<json::value, JsonError> ParseBounded(std::string_view text, const JsonLimits& limits,
                                                  json::storage_ptr storage) {
  json::parse_options options;
  options.max_depth = limits.depth_max;
  unsigned char buffer[kStackBytes];
  json::basic_parser<ValueBuilder> parser(options, limits.members_max, buffer, sizeof(buffer),
                                          std::move(storage));
  json::error_code error;
  const size_t parsed = parser.write_some(/*more=*/false, text.data(), text.size(), error);
  if (error || parsed < text.size()) {
    const bool ended = error == json::error::incomplete;
    return JsonError{.fault = FaultOf(error), .position = ended ? text.size() : parsed};
  }
  return parser.handler().Release();
}

}  // namespace caucus
