#include "tests/load/fanout.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace caucus::load {
namespace {

// Two rooms of two clients: 0 and 2 are in r0, 1 and 3 in r1.
class FanoutTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(fanout_.PublishEverywhere()); }

  // What a client gets for the message.
  static std::string Received(const bench::v1::BenchMessage& message) {
    return absl::StrCat(R"(["message",{"room":")", message.room(), R"(","ts":")", message.ts(),
                        R"("}])");
  }

  void Give(size_t client, size_t message) {
    const std::string text = Received(said_[message]);
    fanout_.OnEvent(client, {text, text});
  }

  std::vector<bench::v1::BenchMessage> said_;
  Fanout fanout_{{.clients = 4, .rooms = 2, .inflight = 2},
                 [this](const bench::v1::BenchMessage& message) {
                   said_.push_back(message);
                   return true;
                 }};
};

TEST_F(FanoutTest, SaysTheNextWhenAllHaveTheOldest) {
  ASSERT_EQ(said_.size(), 4);  // Two in r0, two in r1.
  Give(0, 0);
  EXPECT_EQ(said_.size(), 4);
  Give(2, 0);
  ASSERT_EQ(said_.size(), 5);
  EXPECT_EQ(said_[4].room(), "r0");
}

TEST_F(FanoutTest, IsContentWhenEverythingArrivesOnceAndInOrder) {
  fanout_.StopPublishing();
  for (const size_t client : {0, 2}) {
    Give(client, 0);
    Give(client, 1);
  }
  EXPECT_FALSE(fanout_.everything_arrived());
  for (const size_t client : {1, 3}) {
    Give(client, 2);
    Give(client, 3);
  }
  EXPECT_TRUE(fanout_.everything_arrived());
  EXPECT_FALSE(fanout_.CountFaults().any());
}

TEST_F(FanoutTest, CountsEachFault) {
  fanout_.StopPublishing();
  Give(0, 0);
  Give(0, 0);
  Give(0, 2);
  Give(2, 1);
  const Fanout::Faults faults = fanout_.CountFaults();
  EXPECT_EQ(faults.duplicated, 1);
  EXPECT_EQ(faults.misrouted, 1);
  EXPECT_EQ(faults.reordered, 1);
  EXPECT_EQ(faults.lost, 6);  // Of eight, two have arrived.
}

TEST_F(FanoutTest, FailsWhenAMessageHasNoNumber) {
  const std::string text = R"(["message",{"room":"r0"}])";
  fanout_.OnEvent(0, {text, text});
  EXPECT_FALSE(fanout_.failure().ok());
}

}  // namespace
}  // namespace caucus::load
