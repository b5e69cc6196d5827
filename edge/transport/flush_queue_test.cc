#include "edge/transport/flush_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <vector>

namespace caucus::edge::transport {
namespace {

using testing::ElementsAre;

class Recorder final : public Flushable {
 public:
  Recorder(std::vector<int>& flushed, int number) : flushed_(flushed), number_(number) {}

  void Flush() override {
    flushed_.push_back(number_);
    if (on_flush) on_flush();
  }

  std::function<void()> on_flush;

 private:
  std::vector<int>& flushed_;
  const int number_;
};

class FlushQueueTest : public testing::Test {
 protected:
  void Run() { loop_.RunFor(std::chrono::milliseconds(2)); }

  EventLoop loop_;
  FlushQueue queue_{loop_};
  std::vector<int> flushed_;
};

TEST_F(FlushQueueTest, FlushesOnceInOrder) {
  Recorder one(flushed_, 1);
  Recorder two(flushed_, 2);
  queue_.Add(one);
  queue_.Add(two);
  queue_.Add(one);
  EXPECT_TRUE(flushed_.empty());
  Run();
  EXPECT_THAT(flushed_, ElementsAre(1, 2));
}

TEST_F(FlushQueueTest, FlushesBehindWhatWasPosted) {
  Recorder one(flushed_, 1);
  queue_.Add(one);
  loop_.Post([this] { flushed_.push_back(0); });
  Run();
  EXPECT_THAT(flushed_, ElementsAre(0, 1));
}

TEST_F(FlushQueueTest, LetsOthersRunWithinALongQueue) {
  std::vector<std::unique_ptr<Recorder>> all;
  for (int i = 0; i < 1000; ++i) {
    all.push_back(std::make_unique<Recorder>(flushed_, i));
    queue_.Add(*all.back());
  }
  all.front()->on_flush = [this] { loop_.Post([this] { flushed_.push_back(-1); }); };
  Run();
  ASSERT_EQ(flushed_.size(), 1001u);
  EXPECT_LT(std::find(flushed_.begin(), flushed_.end(), -1) - flushed_.begin(), 500);
}

TEST_F(FlushQueueTest, FlushesAgainWhoHasMoreMeanwhile) {
  Recorder one(flushed_, 1);
  Recorder two(flushed_, 2);
  queue_.Add(one);
  queue_.Add(two);
  two.on_flush = [&] {
    if (flushed_.size() == 2) queue_.Add(one);
  };
  Run();
  EXPECT_THAT(flushed_, ElementsAre(1, 2, 1));
}

TEST_F(FlushQueueTest, ForgetsWhoIsDestroyed) {
  Recorder one(flushed_, 1);
  auto two = std::make_unique<Recorder>(flushed_, 2);
  auto three = std::make_unique<Recorder>(flushed_, 3);
  queue_.Add(one);
  queue_.Add(*two);
  queue_.Add(*three);
  two.reset();
  one.on_flush = [&] { three.reset(); };
  Run();
  EXPECT_THAT(flushed_, ElementsAre(1));
}

}  // namespace
}  // namespace caucus::edge::transport
