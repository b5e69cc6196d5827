// One record of the log, and its form as a line of JSON:
//
//   {"ts":"2026-01-31T12:00:00.123Z","level":"info","service":"edge","msg":"started","port":8080}
//
// Thread-safe: free functions without state.

#ifndef COMMON_LOGGING_LOG_RECORD_H_
#define COMMON_LOGGING_LOG_RECORD_H_

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace caucus {

// The message, and each key and string value, is cut to so many bytes, at the end of a character.
inline constexpr std::size_t kLogFieldBytesMax = 1024;

enum class Severity { kDebug, kInfo, kWarning, kError };

std::string_view SeverityName(Severity severity);

// Make Severity the type of a flag: debug, info, warning or error.
bool AbslParseFlag(absl::string_view text, Severity* severity, std::string* error);
std::string AbslUnparseFlag(Severity severity);

// A value of a field. Borrows strings: they must live until the record is written.
class LogValue {
 public:
  LogValue(bool value) : value_(value) {}
  LogValue(std::signed_integral auto value) : value_(std::int64_t{value}) {}
  LogValue(std::unsigned_integral auto value) : value_(std::uint64_t{value}) {}
  LogValue(double value) : value_(value) {}
  LogValue(const char* value) : value_(std::string_view(value)) {}
  LogValue(const std::string& value) : value_(std::string_view(value)) {}
  LogValue(std::string_view value) : value_(value) {}
  LogValue(absl::string_view value) : value_(std::string_view(value.data(), value.size())) {}

  using Variant = std::variant<bool, std::int64_t, std::uint64_t, double, std::string_view>;
  const Variant& get() const { return value_; }

 private:
  Variant value_;
};

struct LogField {
  std::string_view key;
  LogValue value;
};

struct LogRecord {
  absl::Time time;
  Severity severity;
  std::string_view service;
  std::string_view message;
  std::initializer_list<LogField> fields;
};

// Returns the record as one line without its end. Always valid JSON in valid UTF-8: bytes that are
// not UTF-8 become U+FFFD, a number that JSON lacks becomes null.
std::string FormatLogRecord(const LogRecord& record);

}  // namespace caucus

#endif  // COMMON_LOGGING_LOG_RECORD_H_
