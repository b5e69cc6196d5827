#include "common/logging/log_throttle.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace caucus {
namespace {

TEST(LogThrottleTest, AllowsSoManyLinesInEachSecond) {
  LogThrottle throttle(2);
  LogThrottle::Time now{std::chrono::hours(1)};
  EXPECT_TRUE(throttle.Take(now));
  EXPECT_TRUE(throttle.Take(now));
  now += std::chrono::milliseconds(999);
  EXPECT_FALSE(throttle.Take(now));
  EXPECT_FALSE(throttle.Take(now));
  now += std::chrono::milliseconds(1);
  EXPECT_TRUE(throttle.Take(now));
  EXPECT_EQ(throttle.TakeLeftOut(), 2u);
  EXPECT_EQ(throttle.TakeLeftOut(), 0u);
}

TEST(LogThrottleTest, TellsHowManyLinesItHasLeftOut) {
  LogThrottle throttle(1);
  LogThrottle::Time long_ago{std::chrono::seconds(-10)};
  EXPECT_TRUE(throttle.Take(long_ago));
  EXPECT_FALSE(throttle.Take(long_ago));
  testing::internal::CaptureStderr();
  throttle.Log(Severity::kWarning, "one", {{"key", 1}});
  throttle.Log(Severity::kWarning, "two");
  const std::string lines = testing::internal::GetCapturedStderr();
  EXPECT_NE(lines.find(R"("msg":"log lines were left out","count":1)"), std::string::npos) << lines;
  EXPECT_NE(lines.find(R"("msg":"one","key":1)"), std::string::npos) << lines;
  EXPECT_EQ(lines.find("two"), std::string::npos) << lines;
}

}  // namespace
}  // namespace caucus
