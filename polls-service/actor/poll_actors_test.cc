#include "polls-service/actor/poll_actors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

using PollActorsTest = PollActorsFixture;

TEST_F(PollActorsTest, CreatesExecutesAndGets) {
  auto actors = NewActors();
  ASSERT_OK_AND_ASSIGN(Outcome created, Create(*actors));
  EXPECT_EQ(created.revision, 1u);
  ASSERT_OK_AND_ASSIGN(Outcome joined, Do(*actors, Join(1)));
  EXPECT_EQ(joined.revision, 2u);
  EXPECT_EQ(joined.events.size(), 2u);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors));
  EXPECT_EQ(poll->revision, 2u);
  EXPECT_TRUE(poll->participants.contains("user1"));
}

TEST_F(PollActorsTest, ReadsTheNewestState) {
  auto here = NewActors();
  auto there = NewActors();
  EXPECT_THAT(ReadRevision(*here), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Create(*here));
  EXPECT_EQ(ReadRevision(*there).value_or(0), 1u);
  ASSERT_OK(Do(*here, Join(1)));
  EXPECT_EQ(ReadRevision(*there).value_or(0), 2u);
  here->Drain(absl::InfiniteFuture());
  EXPECT_THAT(ReadRevision(*here), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(PollActorsTest, CreatesNoIdTwice) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto second = Create(*actors);
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ReasonOf(second.status()), "ID_TAKEN");
}

TEST_F(PollActorsTest, AnswersWhatTheDomainRefuses) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  EXPECT_THAT(Do(*actors, StartVote{"user1", "seed"}),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(Stored().size(), 1u);
}

TEST_F(PollActorsTest, AnswersARepeatedCommandWithTheRevisionItFound) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, Join(1)));
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors, Join(1)));
  EXPECT_EQ(again.revision, 2u);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(Stored().size(), 2u);
}

TEST_F(PollActorsTest, KeepsNothingOfUnknownPolls) {
  auto actors = NewActors();
  for (int i = 0; i < 100; ++i) {
    const std::string id = "NONE" + std::to_string(i);
    const auto poll = Get(*actors, id);
    EXPECT_THAT(poll, StatusIs(absl::StatusCode::kNotFound));
    EXPECT_EQ(ReasonOf(poll.status()), "POLL_NOT_FOUND");
    EXPECT_THAT(Do(*actors, Join(1), id), StatusIs(absl::StatusCode::kNotFound));
    NoticeInbox inbox;
    const auto watch = actors->Watch(id, inbox.observer());
    const auto notices = inbox.Await(PollNotice::Kind::kEnded);
    EXPECT_THAT(notices.back().status, StatusIs(absl::StatusCode::kNotFound));
  }
  EXPECT_EQ(actors->size(), 0u);
}

TEST_F(PollActorsTest, CommitsWhatArrivesDuringAnAppendTogether) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.HoldAppends();
  std::vector<FutureOutcome> outcomes;
  outcomes.push_back(Send(*actors, Join(0)));
  log_.AwaitHeldAppend();
  for (int i = 1; i <= 100; ++i) outcomes.push_back(Send(*actors, Join(i)));
  log_.Release();

  ASSERT_OK_AND_ASSIGN(Outcome first, outcomes[0].get());
  EXPECT_EQ(first.revision, 2u);
  for (int i = 1; i <= 100; ++i) {
    ASSERT_OK_AND_ASSIGN(Outcome outcome, outcomes[i].get());
    EXPECT_EQ(outcome.revision, 3u);
    EXPECT_EQ(outcome.events.size(), 2u);
  }
  EXPECT_EQ(log_.appends(), 3);
  EXPECT_EQ(Stored().size(), 3u);
}

TEST_F(PollActorsTest, DecidesWithinABatchOnWhatCameBefore) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, Join(1)));
  log_.HoldAppends();
  auto first = Send(*actors, Join(2));
  log_.AwaitHeldAppend();
  auto nominate = Send(*actors, AddNomination{"user1", "n1", "Pizza"});
  auto twin = Send(*actors, AddNomination{"user2", "n2", "pizza"});
  log_.Release();
  EXPECT_OK(nominate.get());
  EXPECT_THAT(twin.get(), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(first.get());
}

TEST_F(PollActorsTest, SplitsBatchesAtTheirBound) {
  PollActors::Options options = TestOptions();
  options.limits.commit_commands_max = 10;
  auto actors = NewActors(options);
  ASSERT_OK(Create(*actors));
  log_.HoldAppends();
  std::vector<FutureOutcome> outcomes;
  outcomes.push_back(Send(*actors, Join(0)));
  log_.AwaitHeldAppend();
  for (int i = 1; i <= 25; ++i) outcomes.push_back(Send(*actors, Join(i)));
  log_.Release();
  for (auto& outcome : outcomes) EXPECT_OK(outcome.get());
  EXPECT_EQ(Stored().size(), 1u + 1u + 3u);
}

TEST_F(PollActorsTest, BoundsTheMailbox) {
  PollActors::Options options = TestOptions();
  options.limits.mailbox_requests_max = 3;
  auto actors = NewActors(options);
  ASSERT_OK(Create(*actors));
  log_.HoldAppends();
  std::vector<FutureOutcome> taken;
  for (int i = 0; i < 3; ++i) taken.push_back(Send(*actors, Join(i)));
  const auto refused = Do(*actors, Join(3));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(ReasonOf(refused.status()), "LIMIT_REACHED");
  log_.AwaitHeldAppend();
  log_.Release();
  for (auto& outcome : taken) EXPECT_OK(outcome.get());
}

TEST_F(PollActorsTest, BoundsThePollsInMemory) {
  PollActors::Options options = TestOptions();
  options.actors_max = 2;
  auto actors = NewActors(options);
  for (const char* id : {"AAAAAA", "BBBBBB", "CCCCCC"}) ASSERT_OK(Create(*actors, id));
  ASSERT_OK(Get(*actors, "AAAAAA"));
  ASSERT_OK(Get(*actors, "BBBBBB"));
  EXPECT_THAT(Get(*actors, "CCCCCC"), StatusIs(absl::StatusCode::kResourceExhausted));
  actors->Sweep();
  EXPECT_OK(Get(*actors, "CCCCCC"));
}

TEST_F(PollActorsTest, DropsCommandsWhoseDeadlineHasPassed) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  EXPECT_THAT(Send(*actors, Join(1), clock_.Now()).get(),
              StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(Stored().size(), 1u);
}

TEST_F(PollActorsTest, GetsOneObjectForEachRevision) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK_AND_ASSIGN(auto first, Get(*actors));
  ASSERT_OK_AND_ASSIGN(auto second, Get(*actors));
  EXPECT_EQ(first, second);
  ASSERT_OK(Do(*actors, Join(1)));
  ASSERT_OK_AND_ASSIGN(auto third, Get(*actors));
  EXPECT_NE(first, third);
  EXPECT_TRUE(first->participants.empty());
}

TEST_F(PollActorsTest, ReadsAPollOnceForManyAtATime) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  std::atomic<int> found = 0;
  constexpr int kCalls = 50;
  absl::Notification all;
  std::atomic<int> left = kCalls;
  for (int i = 0; i < kCalls; ++i) {
    actors->Get(kId, Soon(), [&](auto poll) {
      if (poll.ok()) ++found;
      if (--left == 0) all.Notify();
    });
  }
  all.WaitForNotification();
  EXPECT_EQ(found, kCalls);
  EXPECT_LE(log_.reads(), kCalls);
  EXPECT_EQ(actors->size(), 1u);
}

TEST_F(PollActorsTest, DropsIdlePollsAndLoadsThemAgain) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, Join(1)));
  EXPECT_EQ(actors->size(), 1u);
  actors->Sweep();
  EXPECT_EQ(actors->size(), 1u);
  clock_.Advance(absl::Minutes(3));
  actors->Sweep();
  EXPECT_EQ(actors->size(), 0u);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors));
  EXPECT_EQ(poll->revision, 2u);
}

TEST_F(PollActorsTest, KeepsWatchedPolls) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  clock_.Advance(absl::Minutes(30));
  actors->Sweep();
  EXPECT_EQ(actors->size(), 1u);
  watch.reset();
  ASSERT_OK(Get(*actors));  // Behind the watch's end.
  clock_.Advance(absl::Minutes(30));
  actors->Sweep();
  EXPECT_EQ(actors->size(), 0u);
}

TEST_F(PollActorsTest, TellsWatchersOfEveryChangeAndShowsTheState) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_OK(Do(*actors, Join(i)));
    inbox.Await(PollNotice::Kind::kChanged, i + 1);
    ASSERT_OK_AND_ASSIGN(auto poll, Get(*watch));
    EXPECT_EQ(poll->participants.size(), static_cast<size_t>(i));
  }
}

TEST_F(PollActorsTest, TellsAnEndedWatchNothing) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox ended, kept;
  auto watch = actors->Watch(kId, ended.observer());
  const auto other = actors->Watch(kId, kept.observer());
  ended.Await(PollNotice::Kind::kChanged, 1);
  watch.reset();
  const size_t told = ended.size();
  ASSERT_OK(Do(*actors, Join(1)));
  kept.Await(PollNotice::Kind::kChanged, 2);
  EXPECT_EQ(ended.size(), told);
}

TEST_F(PollActorsTest, LetsAnObserverEndItsOwnWatch) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  std::unique_ptr<PollWatch> watch;
  absl::Notification assigned, ended;
  watch = actors->Watch(kId, [&](const PollNotice&) {
    assigned.WaitForNotification();
    watch.reset();
    ended.Notify();
  });
  assigned.Notify();
  ended.WaitForNotification();
}

TEST_F(PollActorsTest, TellsWatchersThatAPollWasCancelled) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  ASSERT_OK(Do(*actors, CancelPoll{"admin"}));
  inbox.Await(PollNotice::Kind::kCancelled, 2);
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Do(*actors, Join(1)), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(actors->size(), 0u);

  NoticeInbox late;
  const auto late_watch = actors->Watch(kId, late.observer());
  late.Await(PollNotice::Kind::kCancelled, 2);
  clock_.Advance(absl::Minutes(2));
  EXPECT_OK(Create(*actors));
}

TEST_F(PollActorsTest, EndsWatchesWhenThePollExpires) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  clock_.Advance(absl::Hours(3));
  actors->Sweep();
  const auto notices = inbox.Await(PollNotice::Kind::kEnded);
  EXPECT_THAT(notices.back().status, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PollActorsTest, ServesANewPollUnderTheIdOfAnExpiredOne) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, Join(1)));
  clock_.Advance(absl::Hours(3));
  ASSERT_OK(Create(*actors));
  ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*actors, Join(2)));
  EXPECT_EQ(outcome.revision, 2u);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors));
  EXPECT_FALSE(poll->participants.contains("user1"));
}

TEST_F(PollActorsTest, RefusesEverythingAfterDrain) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  log_.HoldAppends();
  auto accepted = Send(*actors, Join(1));
  log_.AwaitHeldAppend();
  std::thread drain([&] { actors->Drain(absl::InfiniteFuture()); });
  const auto notices = inbox.Await(PollNotice::Kind::kEnded);
  EXPECT_THAT(notices.back().status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Do(*actors, Join(2)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kUnavailable));
  log_.Release();
  drain.join();
  EXPECT_OK(accepted.get());
}

}  // namespace
}  // namespace caucus::polls
