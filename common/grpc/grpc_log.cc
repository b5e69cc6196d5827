#include "common/grpc/grpc_log.h"

#include <grpc/support/log.h>

#include "common/logging/logging.h"

namespace caucus {
namespace {

Severity SeverityOf(gpr_log_severity severity) {
  switch (severity) {
    case GPR_LOG_SEVERITY_DEBUG:
      return Severity::kDebug;
    case GPR_LOG_SEVERITY_INFO:
      return Severity::kInfo;
    case GPR_LOG_SEVERITY_ERROR:
      break;
  }
  return Severity::kError;
}

void WriteRecord(gpr_log_func_args* args) {
  Log(SeverityOf(args->severity), "grpc",
      {{"text", args->message}, {"file", args->file}, {"line", args->line}});
}

}  // namespace

void RouteGrpcLog() { gpr_set_log_function(WriteRecord); }

}  // namespace caucus
