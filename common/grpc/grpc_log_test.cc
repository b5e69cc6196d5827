#include "common/grpc/grpc_log.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>

#include "common/logging/logging.h"

namespace caucus {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

TEST(GrpcLogTest, WritesJson) {
  InitLogging("test", Severity::kInfo);
  gpr_log_verbosity_init();  // As grpc_init does.
  RouteGrpcLog();
  testing::internal::CaptureStderr();
  gpr_log("file.cc", 7, GPR_LOG_SEVERITY_ERROR, "no \"%s\"", "address");
  EXPECT_THAT(
      testing::internal::GetCapturedStderr(),
      AllOf(StartsWith("{\"ts\""), HasSubstr("\"level\":\"error\""),
            HasSubstr(R"("msg":"grpc","text":"no \"address\"","file":"file.cc","line":7})")));
}

}  // namespace
}  // namespace caucus
