#include "common/logging/logging.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace caucus {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::vector<std::string> LinesOf(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(LoggingTest, WritesALineToStderr) {
  InitLogging("auth", Severity::kInfo);
  testing::internal::CaptureStderr();
  Log(Severity::kWarning, "braces {} stay", {{"port", 1}});
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              AllOf(StartsWith("{\"ts\":\""),
                    EndsWith("\"level\":\"warning\",\"service\":\"auth\",\"msg\":\"braces {} "
                             "stay\",\"port\":1}\n")));
}

TEST(LoggingTest, DropsRecordsBelowTheBound) {
  InitLogging("auth", Severity::kWarning);
  testing::internal::CaptureStderr();
  Log(Severity::kInfo, "quiet");
  Log(Severity::kError, "loud");
  const std::vector<std::string> lines = LinesOf(testing::internal::GetCapturedStderr());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_THAT(lines[0], HasSubstr("loud"));
}

TEST(LoggingTest, KeepsRecordsOfManyThreadsApart) {
  InitLogging("auth", Severity::kInfo);
  testing::internal::CaptureStderr();
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([thread] {
        for (int i = 0; i < 100; ++i) Log(Severity::kInfo, "m", {{"thread", thread}, {"i", i}});
      });
    }
  }
  const std::vector<std::string> lines = LinesOf(testing::internal::GetCapturedStderr());
  EXPECT_EQ(lines.size(), 400u);
  EXPECT_THAT(lines, testing::Each(AllOf(StartsWith("{\"ts\""), EndsWith("}"))));
}

}  // namespace
}  // namespace caucus
