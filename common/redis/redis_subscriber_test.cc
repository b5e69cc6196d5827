#include "common/redis/redis_subscriber.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/redis/redis_connection.h"
#include "common/redis/redis_options.h"
#include "common/redis/reply.h"
#include "common/testing/redis_server.h"
#include "common/testing/status_matchers.h"

namespace caucus {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

// What a subscription was told.
class Inbox {
 public:
  RedisSubscriber::Callback callback() {
    return [this](const std::optional<std::string>& message) {
      absl::MutexLock lock(&mutex_);
      if (message) {
        messages_.push_back(*message);
      } else {
        ++gaps_;
      }
    };
  }

  bool AwaitGaps(int count) {
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return gaps_ >= count; };
    absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
  }

  std::vector<std::string> AwaitMessages(size_t count) {
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return messages_.size() >= count;
    };
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(&enough), kPatience);
    return messages_;
  }

 private:
  absl::Mutex mutex_;
  int gaps_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<std::string> messages_ ABSL_GUARDED_BY(mutex_);
};

class RedisSubscriberTest : public testing::Test {
 protected:
  RedisSubscriberTest() : redis_(Options()), subscriber_(Options()) {}

  RedisOptions Options() const { return {.address = server_.unix_address()}; }

  void Publish(const std::string& channel, const std::string& message) {
    ASSERT_OK(redis_.AwaitConnected(absl::Now() + kPatience));
    absl::Notification done;
    redis_.Command({"PUBLISH", channel, message}, absl::Now() + kPatience,
                   [&](absl::StatusOr<Reply> reply) {
                     EXPECT_OK(reply);
                     done.Notify();
                   });
    done.WaitForNotification();
  }

  RedisServer server_;
  RedisConnection redis_;
  RedisSubscriber subscriber_;
};

TEST_F(RedisSubscriberTest, DeliversTheMessagesOfItsChannelInOrder) {
  Inbox a, b;
  const auto subscription_a = subscriber_.Subscribe("a", a.callback());
  const auto subscription_b = subscriber_.Subscribe("b", b.callback());
  ASSERT_TRUE(a.AwaitGaps(1));
  ASSERT_TRUE(b.AwaitGaps(1));
  Publish("a", "1");
  Publish("b", "other");
  Publish("a", "2");
  EXPECT_EQ(a.AwaitMessages(2), (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(b.AwaitMessages(1), std::vector<std::string>{"other"});
}

TEST_F(RedisSubscriberTest, TellsEveryListenerOfAGapAfterAReconnect) {
  Inbox first, second;
  const auto subscription_1 = subscriber_.Subscribe("a", first.callback());
  ASSERT_TRUE(first.AwaitGaps(1));
  const auto subscription_2 = subscriber_.Subscribe("a", second.callback());
  server_.Kill9();
  server_.Restart();
  ASSERT_TRUE(first.AwaitGaps(2));
  ASSERT_TRUE(second.AwaitGaps(1));
  Publish("a", "again");
  EXPECT_EQ(first.AwaitMessages(1), std::vector<std::string>{"again"});
  EXPECT_EQ(second.AwaitMessages(1), std::vector<std::string>{"again"});
}

TEST_F(RedisSubscriberTest, FollowsTheMasterToAnotherServer) {
  RedisServer other;
  RedisSubscriber subscriber({.address = server_.unix_address() + "," + other.unix_address()});
  Inbox inbox;
  const auto subscription = subscriber.Subscribe("a", inbox.callback());
  ASSERT_TRUE(inbox.AwaitGaps(1));
  subscriber.Follow(1, absl::InfinitePast());
  ASSERT_TRUE(inbox.AwaitGaps(2));
  Publish("a", "unheard");
  other.Command("PUBLISH a heard");
  EXPECT_EQ(inbox.AwaitMessages(1), std::vector<std::string>{"heard"});

  subscriber.Follow(1, absl::Now());
  ASSERT_TRUE(inbox.AwaitGaps(3));
  // It is there, and on a connection that is new enough.
  subscriber.Follow(1, absl::InfinitePast());
  other.Command("PUBLISH a again");
  EXPECT_EQ(inbox.AwaitMessages(2).back(), "again");
  EXPECT_TRUE(inbox.AwaitGaps(3));
}

TEST_F(RedisSubscriberTest, IsSilentOnceASubscriptionHasEnded) {
  Inbox ended, kept;
  auto subscription = subscriber_.Subscribe("a", ended.callback());
  const auto other = subscriber_.Subscribe("a", kept.callback());
  ASSERT_TRUE(ended.AwaitGaps(1));
  subscription.reset();
  Publish("a", "1");
  EXPECT_EQ(kept.AwaitMessages(1).size(), 1u);
  EXPECT_TRUE(ended.AwaitMessages(0).empty());
}

TEST_F(RedisSubscriberTest, SubscribesAgainAfterTheLastListenerHasLeft) {
  Inbox before, after;
  auto subscription = subscriber_.Subscribe("a", before.callback());
  ASSERT_TRUE(before.AwaitGaps(1));
  subscription.reset();
  subscription = subscriber_.Subscribe("a", after.callback());
  Publish("b", "not for us");
  ASSERT_TRUE(after.AwaitGaps(0));
  // Whether or not the channel was given up in between, what is published now arrives.
  const auto probe = subscriber_.Subscribe("probe", before.callback());
  ASSERT_TRUE(before.AwaitGaps(2));
  Publish("a", "1");
  EXPECT_EQ(after.AwaitMessages(1), std::vector<std::string>{"1"});
}

}  // namespace
}  // namespace caucus
