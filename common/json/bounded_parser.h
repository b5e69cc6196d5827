// Parses JSON of a stranger in time and memory that grow with its length alone.
//
// Boost.JSON keeps an object's members in a hash table whose hash can be foretold: with names that
// all fall into one bucket, the time to build it grows with the square of their number. So objects
// have few members here.
//
// To know that a text is JSON no object need be built: that has no such limit.
//
// Half of a surrogate pair, `"\ud83d"`, which JavaScript's strings may hold, is read as U+FFFD.
//
// Thread-safe: free functions without state.

#ifndef COMMON_JSON_BOUNDED_PARSER_H_
#define COMMON_JSON_BOUNDED_PARSER_H_

#include <boost/json/storage_ptr.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

namespace caucus {

struct JsonLimits {
  // How deep arrays and objects may nest; a scalar has depth 0.
  size_t depth_max = 32;
  // Of one object, repeated names included. The worst that names can do: this many comparisons for
  // every two members of the text.
  size_t members_max = 256;
};

enum class JsonFault : uint8_t { kMalformed, kTooDeep, kTooManyMembers };

// Why a text is refused.
struct JsonError {
  JsonFault fault = JsonFault::kMalformed;
  size_t position = 0;  // In bytes: the text is JSON up to here, and not beyond.
};

// Returns the value that `text` holds, white space around it allowed. Of members with one name the
// last counts. An object beyond the limits is refused before it is built.
std::variant<boost::json::value, JsonError> ParseBounded(std::string_view text,
                                                         const JsonLimits& limits,
                                                         boost::json::storage_ptr storage = {});

// Returns what is wrong with `text`: malformed or too deep; nothing if it is JSON.
std::optional<JsonError> CheckJson(std::string_view text, size_t depth_max);

}  // namespace caucus

#endif  // COMMON_JSON_BOUNDED_PARSER_H_
