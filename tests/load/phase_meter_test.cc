#include "tests/load/phase_meter.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "absl/status/status.h"

namespace caucus::load {
namespace {

TEST(ParseProcessesTest, ReadsNamesAndPids) {
  const auto processes = ParseProcesses("edge=12,polls=34");
  ASSERT_TRUE(processes.ok());
  ASSERT_EQ(processes->size(), 2);
  EXPECT_EQ((*processes)[1].name, "polls");
  EXPECT_EQ((*processes)[1].pid, 34);
  for (const char* wrong : {"edge", "edge=", "edge=x", "edge=0"}) {
    EXPECT_EQ(ParseProcesses(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

TEST(PhaseMeterTest, TellsEachPhaseAndProcess) {
  PhaseMeter meter({{.name = "me", .pid = getpid()}});
  ASSERT_TRUE(meter.Begin("join", {.bytes = 5, .updates = 1}).ok());
  EXPECT_EQ(meter.phase(), "join");
  ASSERT_TRUE(meter.Begin("vote", {.bytes = 12, .updates = 3}).ok());
  ASSERT_TRUE(meter.Begin("", {.bytes = 12, .updates = 3}).ok());
  const std::string json = meter.ToJson();
  EXPECT_NE(json.find("\"bytes\": 7, \"updates\": 2"), std::string::npos) << json;
  EXPECT_NE(json.find("\"vote\": {"), std::string::npos) << json;
  EXPECT_NE(json.find("\"processes\": {\"me\": {\"cpu_seconds\""), std::string::npos) << json;
}

TEST(PhaseMeterTest, FailsWhenAProcessIsGone) {
  PhaseMeter meter({{.name = "gone", .pid = 1 << 27}});
  EXPECT_EQ(meter.Begin("join", {}).code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace caucus::load
