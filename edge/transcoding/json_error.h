// JSON from clients: parsing within limits, and errors in the words of V8's JSON.parse, which web
// developers know.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_JSON_ERROR_H_
#define EDGE_TRANSCODING_JSON_ERROR_H_

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/json/bounded_parser.h"

namespace caucus::edge::transcoding {

// Says what is wrong with `text`, which is JSON up to the byte `position` and not beyond. The
// position in the result counts UTF-16 units, as JavaScript does.
std::string DescribeJsonError(std::string_view text, size_t position);

// Returns the value that `text` holds, white space around it allowed. Half of a surrogate pair is
// read as U+FFFD.
//   kInvalidArgument    `text` is no JSON; the message is DescribeJsonError's.
//   kResourceExhausted  it is beyond `limits`; the message says which.
absl::StatusOr<boost::json::value> ParseJson(std::string_view text, const JsonLimits& limits);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_JSON_ERROR_H_
