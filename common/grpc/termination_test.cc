#include "common/grpc/termination.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

namespace caucus {
namespace {

TEST(TerminationTest, WaitsForASignalThatAnyThreadCouldTake) {
  BlockTerminationSignals();
  std::jthread other([] { kill(getpid(), SIGTERM); });
  EXPECT_EQ(WaitForTerminationSignal(), SIGTERM);
  kill(getpid(), SIGINT);
  EXPECT_EQ(WaitForTerminationSignal(), SIGINT);
}

}  // namespace
}  // namespace caucus
