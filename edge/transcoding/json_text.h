// The pieces of JSON text that JSON.stringify would write.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_JSON_TEXT_H_
#define EDGE_TRANSCODING_JSON_TEXT_H_

#include <string>
#include <string_view>

namespace caucus::edge::transcoding {

// Returns `text` with U+FFFD in place of every byte that is no part of UTF-8.
std::string ReplaceMalformedUtf8(std::string_view text);

// Appends `text` in quotes, escaped. Bytes that are no UTF-8 become U+FFFD.
void AppendJsonString(std::string_view text, std::string& json);

// Appends the shortest number that reads back as `value`, in JavaScript's form: 1, not 1.0; 1e+21.
// NaN and the infinities are the strings of proto3's JSON mapping.
void AppendJsonNumber(double value, std::string& json);
// Likewise, but what reads back as the same float: 0.1, not 0.10000000149011612.
void AppendJsonNumber(float value, std::string& json);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_JSON_TEXT_H_
