#include "polls-service/log/in_memory_poll_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/time/fake_clock.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/poll_log_contract.h"

namespace caucus::polls {
namespace {

class InMemoryFixture : public PollLogFixture {
 public:
  PollLog& log() override { return log_; }
  void AdvanceTo(absl::Time time) override { clock_.Set(std::max(time, clock_.Now())); }

 private:
  FakeClock clock_{absl::Now()};
  InMemoryPollLog log_{clock_};
};

std::unique_ptr<PollLogFixture> MakeInMemory() { return std::make_unique<InMemoryFixture>(); }

INSTANTIATE_TEST_SUITE_P(InMemory, PollLogContractTest, testing::Values(MakeInMemory));

}  // namespace
}  // namespace caucus::polls
