// Strings of JSON, read where they stand.
//
// Thread-safe: free functions without state.

#ifndef POLLS_SERVICE_BALLOT_FILES_JSON_STRING_H_
#define POLLS_SERVICE_BALLOT_FILES_JSON_STRING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace caucus::tally {

struct JsonString {
  std::string value;
  size_t bytes = 0;  // From quote to quote, both included.
};

// Returns the string that `text` begins with; nothing if it begins with none.
std::optional<JsonString> ReadJsonString(std::string_view text);

}  // namespace caucus::tally

#endif  // POLLS_SERVICE_BALLOT_FILES_JSON_STRING_H_
