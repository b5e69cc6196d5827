// The process's log: one line of JSON a record, on stderr (see log_record.h for the form).
//
//     Log(Severity::kInfo, "listening", {{"address", address}, {"port", port}});
//
// Never pass a token, a key, a cookie or a ballot.
//
// Thread-safe: free functions. They block only as long as stderr does.

#ifndef COMMON_LOGGING_LOGGING_H_
#define COMMON_LOGGING_LOGGING_H_

#include <initializer_list>
#include <string_view>

#include "common/logging/log_record.h"

namespace caucus {

// Names the service in every record and drops records below `min_severity`. Before this call the
// service is empty and the bound is kInfo.
//
// REQUIRES: called from main, before any thread is started.
void InitLogging(std::string_view service_name, Severity min_severity);

// Tells whether records of `severity` are written: for fields that are costly to make.
bool IsLogged(Severity severity);

void Log(Severity severity, std::string_view message, std::initializer_list<LogField> fields = {});

}  // namespace caucus

#endif  // COMMON_LOGGING_LOGGING_H_
