#include "edge/http/http_date.h"

#include <gtest/gtest.h>

#include <chrono>

namespace caucus::edge::http {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

TEST(HttpDateTest, FormatsAFixdate) {
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(784'111'777))), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(0))), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(951'782'399))), "Mon, 28 Feb 2000 23:59:59 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(951'782'400))), "Tue, 29 Feb 2000 00:00:00 GMT");
  EXPECT_EQ(FormatHttpDate(sys_seconds(seconds(1'798'761'599))), "Thu, 31 Dec 2026 23:59:59 GMT");
}

}  // namespace
}  // namespace caucus::edge::http
