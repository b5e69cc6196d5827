// The text forms that proto3's JSON mapping gives to times, durations and field masks.
//
// Thread-safe: free functions without state.

#ifndef EDGE_TRANSCODING_WELL_KNOWN_TEXT_H_
#define EDGE_TRANSCODING_WELL_KNOWN_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace caucus::edge::transcoding {

// The two fields of Timestamp and Duration.
struct SecondsAndNanos {
  int64_t seconds = 0;
  int32_t nanos = 0;

  friend bool operator==(const SecondsAndNanos&, const SecondsAndNanos&) = default;
};

// `2026-08-01T12:00:00.500Z`, with 0, 3, 6 or 9 digits of a second. Empty if the time is not within
// the years 1 to 9999.
std::optional<std::string> FormatTimestamp(SecondsAndNanos time);
// Takes any offset. Empty if `text` is no such time.
std::optional<SecondsAndNanos> ParseTimestamp(std::string_view text);

// `-1.5s`. Empty if the duration is longer than 10000 years or its parts differ in sign.
std::optional<std::string> FormatDuration(SecondsAndNanos duration);
std::optional<SecondsAndNanos> ParseDuration(std::string_view text);

// `user_id` to `userId` and back, for the paths of a field mask.
std::string ToCamelCase(std::string_view snake_case);
std::string ToSnakeCase(std::string_view camel_case);

}  // namespace caucus::edge::transcoding

#endif  // EDGE_TRANSCODING_WELL_KNOWN_TEXT_H_
