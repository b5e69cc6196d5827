#include "common/logging/logging.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <memory>
#include <string>

#include "absl/time/clock.h"

namespace caucus {
namespace {

struct LogTarget {
  LogTarget() : logger("", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    logger.set_pattern("%v");
    logger.set_level(spdlog::level::trace);
    logger.flush_on(spdlog::level::trace);
  }

  spdlog::logger logger;
  std::string service;
  Severity min_severity = Severity::kInfo;
};

// Never destroyed: threads may log while the process ends.
LogTarget& Target() {
  static LogTarget& target = *new LogTarget;
  return target;
}

}  // namespace

void InitLogging(std::string_view service_name, Severity min_severity) {
  Target().service = service_name;
  Target().min_severity = min_severity;
}

bool IsLogged(Severity severity) { return severity >= Target().min_severity; }

void Log(Severity severity, std::string_view message, std::initializer_list<LogField> fields) {
  if (!IsLogged(severity)) return;
  const std::string line = FormatLogRecord({.time = absl::Now(),
                                            .severity = severity,
                                            .service = Target().service,
                                            .message = message,
                                            .fields = fields});
  Target().logger.log(spdlog::level::info, spdlog::string_view_t(line));
}

}  // namespace caucus
