#include "polls-service/api/watch_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "caucus/socketio/v1/effects.pb.h"
#include "common/testing/reason_matcher.h"
#include "common/testing/status_matchers.h"
#include "polls-service/api/polls_service_fixture.h"

namespace caucus::polls {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> RoomsDisconnectedBy(const v1::WatchPollResponse& response) {
  std::vector<std::string> rooms;
  for (const auto& effect : response.effects().effects()) {
    rooms.push_back(effect.disconnect().target().room());
  }
  return rooms;
}

class WatchSessionTest : public PollsServiceFixture {
 protected:
  void SetUp() override {
    SetUpPoll();
    ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
    revision_ = poll.revision();
  }

  // The poll's revision after SetUp.
  uint32_t revision_ = 0;
};

TEST_F(WatchSessionTest, SendsTheStateAtOnce) {
  Watcher watcher(*stub_, ann_);
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->revision(), revision_);
  EXPECT_EQ(message->poll_updated().revision(), revision_);
  EXPECT_EQ(message->poll_updated().participants_size(), 3);
  EXPECT_FALSE(message->has_effects());
}

TEST_F(WatchSessionTest, SendsTheNewestStateAfterChanges) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  const std::string pizza = Nominate(bob_, "Pizza");
  ASSERT_OK_AND_ASSIGN(const uint32_t revision, Start(admin_));
  const auto message = watcher.NextFrom(revision);
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->poll_updated().state(), v1::Poll::STATE_VOTING);
  EXPECT_TRUE(message->poll_updated().nominations().contains(pizza));
}

TEST_F(WatchSessionTest, EveryWatcherSeesTheLastState) {
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < 10; ++i) watchers.push_back(std::make_unique<Watcher>(*stub_, ann_));
  for (int i = 0; i < 15; ++i) Nominate(bob_, "Option " + std::to_string(i));
  ASSERT_OK_AND_ASSIGN(const v1::Poll poll, Get(ann_));
  for (const auto& watcher : watchers) {
    const auto message = watcher->NextFrom(poll.revision());
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->poll_updated().nominations_size(), 15);
  }
}

TEST_F(WatchSessionTest, RevisionsGrow) {
  Watcher watcher(*stub_, ann_);
  for (int i = 0; i < 10; ++i) Nominate(bob_, "Option " + std::to_string(i));
  ASSERT_OK(Cancel(admin_));
  uint32_t last = 0;
  while (const auto message = watcher.Next()) {
    EXPECT_GT(message->revision(), last);
    last = message->revision();
  }
}

TEST_F(WatchSessionTest, ResumesAfterTheRevisionSeen) {
  Watcher watcher(*stub_, ann_, revision_);
  Nominate(bob_, "Pizza");
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->revision(), revision_ + 1);
}

TEST_F(WatchSessionTest, ResumingBringsWhatWasMissedAtOnce) {
  Nominate(bob_, "Pizza");
  Watcher watcher(*stub_, ann_, revision_);
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->revision(), revision_ + 1);
}

TEST_F(WatchSessionTest, ConnectionsAloneAreNoChange) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK(Connect(bob_, "second"));
  ASSERT_OK(Leave(bob_, "second"));
  Nominate(bob_, "Pizza");
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->revision(), revision_ + 3);
}

TEST_F(WatchSessionTest, DisconnectsThoseWhoWereRemoved) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK(Remove(admin_, bob_));
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_THAT(RoomsDisconnectedBy(*message), ElementsAre("user:" + bob_.user_id));
  EXPECT_FALSE(message->poll_updated().participants().contains(bob_.user_id));
  Nominate(ann_, "Pizza");
  EXPECT_THAT(RoomsDisconnectedBy(*watcher.Next()), IsEmpty());
}

TEST_F(WatchSessionTest, DisconnectsThoseWhoWereRemovedWhileNobodyWatched) {
  ASSERT_OK(Remove(admin_, bob_));
  EXPECT_THAT(RoomsDisconnectedBy(*Watcher(*stub_, ann_, revision_).Next()),
              ElementsAre("user:" + bob_.user_id));
  EXPECT_THAT(RoomsDisconnectedBy(*Watcher(*stub_, ann_).Next()), IsEmpty());
}

TEST_F(WatchSessionTest, TellsOfTheCancellationAndEnds) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  ASSERT_OK_AND_ASSIGN(const uint32_t revision, Cancel(admin_));
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->has_poll_cancelled());
  EXPECT_EQ(message->revision(), revision);
  EXPECT_OK(watcher.End());
}

TEST_F(WatchSessionTest, TellsOfTheCancellationToWhoeverResumes) {
  ASSERT_OK(Cancel(admin_));
  Watcher watcher(*stub_, ann_, revision_);
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_TRUE(message->has_poll_cancelled());
  EXPECT_OK(watcher.End());
}

TEST_F(WatchSessionTest, ACancelledPollIsNotFoundByWhoeverComesNew) {
  ASSERT_OK(Cancel(admin_));
  EXPECT_THAT(Watcher(*stub_, ann_).End(), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

TEST_F(WatchSessionTest, EndsWithNotFoundWhenThePollExpires) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  clock_.Advance(absl::Hours(2));
  actors_.Sweep();
  EXPECT_THAT(watcher.End(), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

TEST_F(WatchSessionTest, KnowsNoUnknownPoll) {
  google::protobuf::Struct claims;
  (*claims.mutable_fields())["pollID"].set_string_value("000000");
  const Person person{"000000", "ann", auth_->Issue("ann", claims, absl::Hours(1))};
  EXPECT_THAT(Watcher(*stub_, person).End(), FailsWith(StatusCode::kNotFound, "POLL_NOT_FOUND"));
}

TEST_F(WatchSessionTest, NeedsATokenOfThePoll) {
  Person nobody = ann_;
  nobody.token = "bad";
  EXPECT_THAT(Watcher(*stub_, nobody).End(),
              FailsWith(StatusCode::kUnauthenticated, "TOKEN_INVALID"));
  Person stranger = CreatePoll(1);
  stranger.poll_id = ann_.poll_id;
  EXPECT_THAT(Watcher(*stub_, stranger).End(),
              FailsWith(StatusCode::kPermissionDenied, "WRONG_POLL"));
}

TEST_F(WatchSessionTest, TheRemovedMayNotWatch) {
  ASSERT_OK(Remove(admin_, bob_));
  for (const uint32_t revision : {0u, revision_, revision_ + 1}) {
    EXPECT_THAT(Watcher(*stub_, bob_, revision).End(),
                FailsWith(StatusCode::kPermissionDenied, "REMOVED_FROM_POLL"));
  }
}

TEST_F(WatchSessionTest, SendsTheStateAgainWhenTheStoreHasLostCommits) {
  Nominate(bob_, "Pizza");
  Watcher watcher(*stub_, ann_);
  ASSERT_EQ(watcher.Next()->revision(), revision_ + 1);
  log_.Truncate(ann_.poll_id, revision_);
  ASSERT_OK(Get(ann_));
  const auto back = watcher.Next();
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->revision(), revision_);
  EXPECT_EQ(back->poll_updated().nominations_size(), 0);

  Nominate(bob_, "Sushi");
  const auto again = watcher.Next();
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->revision(), revision_ + 1);
  EXPECT_EQ(again->poll_updated().nominations().begin()->second.text(), "Sushi");
}

TEST_F(WatchSessionTest, SendsTheStateToWhoeverHasSeenWhatTheStoreHasLost) {
  ASSERT_OK(Remove(admin_, bob_));
  Watcher watcher(*stub_, ann_, revision_ + 5);
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  EXPECT_EQ(message->revision(), revision_ + 1);
  EXPECT_THAT(RoomsDisconnectedBy(*message), ElementsAre("user:" + bob_.user_id));
}

TEST_F(WatchSessionTest, TellsOnceThatThePollWillExpire) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  clock_.Advance(absl::Minutes(116));
  actors_.Sweep();
  const auto message = watcher.Next();
  ASSERT_TRUE(message.has_value());
  ASSERT_TRUE(message->has_poll_expiring());
  EXPECT_GT(message->poll_expiring().expire_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  EXPECT_EQ(message->revision(), revision_);
  Nominate(bob_, "Pizza");
  EXPECT_TRUE(watcher.Next()->has_poll_updated());

  Watcher late(*stub_, ann_);
  EXPECT_TRUE(late.Next()->has_poll_updated());
  EXPECT_TRUE(late.Next()->has_poll_expiring());
}

TEST_F(WatchSessionTest, WatchersMayGoAtAnyTime) {
  for (int i = 0; i < 20; ++i) {
    Watcher watcher(*stub_, ann_);
    if (i % 2 == 0) {
      ASSERT_TRUE(watcher.Next().has_value());
    }
    Nominate(i % 4 < 2 ? bob_ : admin_, "Option " + std::to_string(i));
  }
  EXPECT_OK(Get(ann_));
}

TEST_F(WatchSessionTest, EndsWhenTheActorsAreDrained) {
  Watcher watcher(*stub_, ann_);
  ASSERT_TRUE(watcher.Next().has_value());
  actors_.Drain(absl::Now() + absl::Seconds(10));
  EXPECT_THAT(watcher.End(), StatusIs(StatusCode::kUnavailable));
}

}  // namespace
}  // namespace caucus::polls
