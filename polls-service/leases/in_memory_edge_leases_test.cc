#include "polls-service/leases/in_memory_edge_leases.h"

#include <gtest/gtest.h>

#include <memory>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "common/time/fake_clock.h"
#include "polls-service/leases/edge_leases.h"
#include "polls-service/leases/edge_leases_contract.h"

namespace caucus::polls {
namespace {

class InMemoryFixture : public EdgeLeasesFixture {
 public:
  EdgeLeases& leases() override { return leases_; }
  void Pass(absl::Duration duration) override { clock_.Advance(duration); }

 private:
  FakeClock clock_{absl::Now()};
  InMemoryEdgeLeases leases_{clock_, kLeaseDuration};
};

std::unique_ptr<EdgeLeasesFixture> MakeInMemory() { return std::make_unique<InMemoryFixture>(); }

INSTANTIATE_TEST_SUITE_P(InMemory, EdgeLeasesContractTest, testing::Values(MakeInMemory));

TEST(InMemoryEdgeLeasesTest, ForgetsADeclaredDeathAfterAnHour) {
  FakeClock clock;
  InMemoryEdgeLeases leases(clock);
  ASSERT_OK(DeclareDeadIn(leases, "a"));
  clock.Advance(kEdgeTombstoneDuration);
  ASSERT_OK_AND_ASSIGN(auto result, RenewIn(leases, "a", clock.Now() + absl::Seconds(1)));
  EXPECT_FALSE(result.was_declared_dead);
}

}  // namespace
}  // namespace caucus::polls
