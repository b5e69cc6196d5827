#include "common/logging/log_throttle.h"

#include <utility>

#include "common/logging/logging.h"

namespace caucus {

void LogThrottle::Log(Severity severity, std::string_view message,
                      std::initializer_list<LogField> fields) {
  if (!Take(std::chrono::steady_clock::now())) return;
  if (const size_t left_out = TakeLeftOut(); left_out > 0) {
    caucus::Log(severity, "log lines were left out", {{"count", left_out}});
  }
  caucus::Log(severity, message, fields);
}

bool LogThrottle::Take(Time now) {
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    lines_ = 0;
  }
  if (lines_ >= lines_per_second_) {
    ++left_out_;
    return false;
  }
  ++lines_;
  return true;
}

size_t LogThrottle::TakeLeftOut() { return std::exchange(left_out_, 0); }

}  // namespace caucus
