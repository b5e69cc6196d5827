#include "common/grpc/pending_calls.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>

#include "absl/synchronization/notification.h"

namespace caucus {
namespace {

TEST(PendingCallsTest, DestructorWaitsForEveryCall) {
  std::optional<PendingCalls> calls(std::in_place);
  grpc::ClientContext first;
  grpc::ClientContext second;
  calls->Add(first);
  calls->Add(second);
  calls->Remove(first);
  bool ended = false;
  absl::Notification destroying;
  std::jthread callback([&] {
    destroying.WaitForNotification();
    ended = true;
    calls->Remove(second);
  });
  destroying.Notify();
  calls.reset();
  EXPECT_TRUE(ended);
}

TEST(PendingCallsTest, DestructorReturnsAtOnceWithoutCalls) { PendingCalls calls; }

}  // namespace
}  // namespace caucus
