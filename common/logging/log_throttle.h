// Log lines that somebody outside can cause at will.

#ifndef COMMON_LOGGING_LOG_THROTTLE_H_
#define COMMON_LOGGING_LOG_THROTTLE_H_

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "common/logging/log_record.h"

namespace caucus {

// Writes a bounded number of lines in each second, and how many it has left out once it writes
// again. Thread-compatible.
class LogThrottle {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit LogThrottle(size_t lines_per_second) : lines_per_second_(lines_per_second) {}

  void Log(Severity severity, std::string_view message,
           std::initializer_list<LogField> fields = {});

  // Whether a line may be written now, and counts it. `now` never goes back.
  bool Take(Time now);
  // Returns how many were refused since it was called last.
  size_t TakeLeftOut();

 private:
  const size_t lines_per_second_;
  Time second_;  // When the current one began.
  size_t lines_ = 0;
  size_t left_out_ = 0;
};

}  // namespace caucus

#endif  // COMMON_LOGGING_LOG_THROTTLE_H_
