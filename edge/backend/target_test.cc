#include "edge/backend/target.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/status/status.h"
#include "common/testing/status_matchers.h"

namespace caucus::edge::backend {
namespace {

TEST(TargetTest, ReadsHostsAndPorts) {
  for (const char* text : {"polls:50052", "dns:///polls:50052", "dns:polls:50052"}) {
    const auto target = ParseTarget(text);
    ASSERT_OK(target) << text;
    ASSERT_EQ(target->hosts.size(), 1u);
    EXPECT_EQ(target->hosts[0].name, "polls");
    EXPECT_EQ(target->hosts[0].port, "50052");
    EXPECT_EQ(target->Authority(), "polls:50052");
  }
}

TEST(TargetTest, ReadsAddresses) {
  EXPECT_EQ(ParseTarget("127.0.0.1:1")->Authority(), "127.0.0.1:1");
  EXPECT_EQ(ParseTarget("[::1]:1")->hosts[0].name, "::1");
  EXPECT_EQ(ParseTarget("[::1]:1")->Authority(), "[::1]:1");
}

TEST(TargetTest, ReadsListsOfAddresses) {
  const auto target = ParseTarget("ipv4:10.0.0.1:1,10.0.0.2:2");
  ASSERT_OK(target);
  ASSERT_EQ(target->hosts.size(), 2u);
  EXPECT_EQ(target->hosts[1].name, "10.0.0.2");
  EXPECT_EQ(target->hosts[1].port, "2");
  EXPECT_EQ(target->Authority(), "10.0.0.1:1");
  EXPECT_EQ(ParseTarget("ipv6:[::1]:1,[::2]:2")->hosts[1].name, "::2");
}

TEST(TargetTest, ReadsUnixSockets) {
  EXPECT_EQ(ParseTarget("unix:run/s")->unix_path, "run/s");
  EXPECT_EQ(ParseTarget("unix:///run/s")->unix_path, "/run/s");
  EXPECT_EQ(ParseTarget("unix:/run/s")->Authority(), "localhost");
}

TEST(TargetTest, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("polls"), std::string("polls:"), std::string(":1"),
        std::string("polls:0"), std::string("polls:65536"), std::string("polls:x"),
        std::string("::1:1"), std::string("http://polls:1"), std::string("xds:///polls:1"),
        std::string("ipv4:"), std::string("ipv4:1.2.3.4:5,,"), std::string("polls:1,polls:2"),
        std::string("unix:"), "unix:/" + std::string(107, 'x')}) {
    EXPECT_THAT(ParseTarget(text), StatusIs(absl::StatusCode::kInvalidArgument)) << text;
  }
}

}  // namespace
}  // namespace caucus::edge::backend
