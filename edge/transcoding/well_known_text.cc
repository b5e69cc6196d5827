#include "edge/transcoding/well_known_text.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "common/text/absl_view.h"

namespace caucus::edge::transcoding {
namespace {

constexpr int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z
constexpr int64_t kDurationSecondsMax = 315576000000;
constexpr int32_t kNanosPerSecond = 1000000000;

// ".5" as ".500": 0, 3, 6 or 9 digits.
std::string FormatFraction(int32_t nanos) {
  if (nanos == 0) return "";
  if (nanos % 1000000 == 0) return absl::StrFormat(".%03d", nanos / 1000000);
  if (nanos % 1000 == 0) return absl::StrFormat(".%06d", nanos / 1000);
  return absl::StrFormat(".%09d", nanos);
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

}  // namespace

std::optional<std::string> FormatTimestamp(SecondsAndNanos time) {
  if (time.seconds < kFirstSecond || time.seconds > kLastSecond) return std::nullopt;
  if (time.nanos < 0 || time.nanos >= kNanosPerSecond) return std::nullopt;
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixSeconds(time.seconds), absl::UTCTimeZone());
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d%sZ", civil.year(), civil.month(),
                         civil.day(), civil.hour(), civil.minute(), civil.second(),
                         FormatFraction(time.nanos));
}

std::optional<SecondsAndNanos> ParseTimestamp(std::string_view text) {
  // ParseTime also takes white space and words such as "infinite-future".
  if (text.size() < 20 || !AllDigits(text.substr(0, 4)) || text[10] != 'T') return std::nullopt;
  if (!absl::ascii_isdigit(static_cast<unsigned char>(text.back())) && text.back() != 'Z') {
    return std::nullopt;
  }
  absl::Time time;
  if (!absl::ParseTime(absl::RFC3339_full, ToAbsl(text), &time, nullptr)) return std::nullopt;
  const int64_t seconds = absl::ToUnixSeconds(time);
  if (seconds < kFirstSecond || seconds > kLastSecond) return std::nullopt;
  const int64_t nanos = absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds));
  return SecondsAndNanos{seconds, static_cast<int32_t>(nanos)};
}

std::optional<std::string> FormatDuration(SecondsAndNanos duration) {
  if (std::abs(duration.seconds) > kDurationSecondsMax) return std::nullopt;
  if (duration.nanos <= -kNanosPerSecond || duration.nanos >= kNanosPerSecond) return std::nullopt;
  const bool negative = duration.seconds < 0 || duration.nanos < 0;
  if (negative && (duration.seconds > 0 || duration.nanos > 0)) return std::nullopt;
  return absl::StrCat(negative ? "-" : "", std::abs(duration.seconds),
                      FormatFraction(std::abs(duration.nanos)), "s");
}

std::optional<SecondsAndNanos> ParseDuration(std::string_view text) {
  const bool negative = !text.empty() && text.front() == '-';
  if (negative) text.remove_prefix(1);
  if (text.empty() || text.back() != 's') return std::nullopt;
  text.remove_suffix(1);
  const size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? "0" : text.substr(point + 1);
  SecondsAndNanos duration;
  if (!AllDigits(whole) || !AllDigits(fraction) || fraction.size() > 9) return std::nullopt;
  if (!absl::SimpleAtoi(ToAbsl(whole), &duration.seconds)) return std::nullopt;
  if (duration.seconds > kDurationSecondsMax) return std::nullopt;
  std::string nanos(fraction);
  nanos.append(9 - nanos.size(), '0');
  if (!absl::SimpleAtoi(nanos, &duration.nanos)) return std::nullopt;
  if (negative) {
    duration.seconds = -duration.seconds;
    duration.nanos = -duration.nanos;
  }
  return duration;
}

std::string ToCamelCase(std::string_view snake_case) {
  std::string camel;
  bool raise = false;
  for (const char c : snake_case) {
    if (c == '_') {
      raise = true;
      continue;
    }
    camel.push_back(raise ? absl::ascii_toupper(static_cast<unsigned char>(c)) : c);
    raise = false;
  }
  return camel;
}

std::string ToSnakeCase(std::string_view camel_case) {
  std::string snake;
  for (const char c : camel_case) {
    if (absl::ascii_isupper(static_cast<unsigned char>(c))) snake.push_back('_');
    snake.push_back(absl::ascii_tolower(static_cast<unsigned char>(c)));
  }
  return snake;
}

}  // namespace caucus::edge::transcoding
