// What PollActors tell watchers who follow a poll's changes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/actor/poll_change.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {
namespace {

class PollActorsChangesTest : public PollActorsFixture {
 protected:
  static absl::StatusOr<ChangesAnswer> Changes(PollWatch& watch, uint64_t after,
                                               StateWanted state = StateWanted::kIfNeeded) {
    std::promise<absl::StatusOr<ChangesAnswer>> promise;
    watch.GetChanges(after, state, [&](auto answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
  }

  // Commits that user1, user2 and so on join, up to `revision`, as some other process would.
  void Fill(uint64_t revision) {
    PollLog::Position last = {Stored().size(), Stored().back().commit_id};
    while (last.revision < revision) {
      const std::string user = "user" + std::to_string(last.revision);
      PollLog::NewCommit commit = {.expected = last,
                                   .commit_id = std::to_string(last.revision),
                                   .payload = EncodeEvents({ParticipantJoined{user, "Name"}}),
                                   .expire_time = clock_.Now() + absl::Hours(1)};
      last = {last.revision + 1, commit.commit_id};
      memory_.Append(kId, std::move(commit), absl::InfiniteFuture(),
                     [](const absl::Status& status) { ASSERT_OK(status); });
    }
  }

  // Lets actors load the poll and store a snapshot, so that the next know no changes before it.
  void StoreSnapshot() {
    const int snapshots = log_.snapshots();
    auto actors = NewActors();
    ASSERT_OK(Get(*actors));
    while (log_.snapshots() == snapshots) std::this_thread::yield();
  }

  std::unique_ptr<PollWatch> Watch(PollActors& actors) {
    auto watch = actors.Watch(kId, inbox_.observer());
    inbox_.Await(PollNotice::Kind::kChanged, 1);
    return watch;
  }

  NoticeInbox inbox_;
};

TEST_F(PollActorsChangesTest, TellsWhatHasChangedSince) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  for (int i = 1; i <= 3; ++i) ASSERT_OK(Do(*actors, Join(i)));
  ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, 2));
  ASSERT_NE(answer.changes, nullptr);
  EXPECT_EQ(answer.state, nullptr);
  EXPECT_EQ(answer.changes->previous_revision, 2u);
  EXPECT_EQ(answer.changes->revision, 4u);
  ASSERT_EQ(answer.changes->changes.size(), 2u);
  EXPECT_EQ(std::get<ParticipantJoined>(answer.changes->changes[0]).user_id, "user2");
  EXPECT_EQ(std::get<ParticipantJoined>(answer.changes->changes[1]).user_id, "user3");
}

TEST_F(PollActorsChangesTest, SharesTheChangesOfThoseWhoAreAtOneRevision) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  ASSERT_OK(Do(*actors, Join(1)));
  ASSERT_OK_AND_ASSIGN(ChangesAnswer first, Changes(*watch, 1));
  ASSERT_OK_AND_ASSIGN(ChangesAnswer second, Changes(*watch, 1));
  EXPECT_EQ(first.changes, second.changes);
}

TEST_F(PollActorsChangesTest, GivesTheStateOfTheSameRevisionWithThem) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  ASSERT_OK(Do(*actors, Join(1)));
  ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, 1, StateWanted::kAlways));
  ASSERT_NE(answer.changes, nullptr);
  ASSERT_NE(answer.state, nullptr);
  EXPECT_EQ(answer.state->revision, answer.changes->revision);
}

TEST_F(PollActorsChangesTest, GivesTheStateWhenChangesAreNotKnown) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  for (const uint64_t after : {0, 7}) {
    ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, after));
    EXPECT_EQ(answer.changes, nullptr);
    ASSERT_NE(answer.state, nullptr);
    EXPECT_EQ(answer.state->revision, 1u);
  }
}

TEST_F(PollActorsChangesTest, ReadsTheLogForWhatItHasNotSeen) {
  ASSERT_OK(Create(*NewActors()));
  Fill(1'000);
  StoreSnapshot();
  auto actors = NewActors();
  const auto watch = Watch(*actors);
  for (const uint64_t after : {600, 2, 900}) {
    ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, after));
    ASSERT_NE(answer.changes, nullptr) << after;
    ASSERT_EQ(answer.changes->changes.size(), 1'000 - after);
    EXPECT_EQ(std::get<ParticipantJoined>(answer.changes->changes[0]).user_id,
              "user" + std::to_string(after));
  }
}

TEST_F(PollActorsChangesTest, GoesOnWithWhatHappensWhileItReads) {
  ASSERT_OK(Create(*NewActors()));
  Fill(1'000);
  StoreSnapshot();
  auto actors = NewActors();
  const auto watch = Watch(*actors);
  std::vector<std::future<absl::StatusOr<ChangesAnswer>>> answers;
  for (int i = 0; i < 50; ++i) {
    auto promise = std::make_shared<std::promise<absl::StatusOr<ChangesAnswer>>>();
    answers.push_back(promise->get_future());
    watch->GetChanges(900 - i, StateWanted::kAlways,
                      [promise](auto answer) { promise->set_value(std::move(answer)); });
    ASSERT_OK(Do(*actors, Join(2'000 + i)));
  }
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, answers[i].get());
    ASSERT_NE(answer.changes, nullptr);
    EXPECT_EQ(answer.changes->changes.size(), answer.changes->revision - (900 - i));
    EXPECT_EQ(answer.state->revision, answer.changes->revision);
  }
}

TEST_F(PollActorsChangesTest, ReadsNoMoreThanItsBound) {
  ASSERT_OK(Create(*NewActors()));
  Fill(1'000);
  StoreSnapshot();
  PollActors::Options options = TestOptions();
  options.limits.history_commits_max = 100;
  auto actors = NewActors(options);
  const auto watch = Watch(*actors);
  ASSERT_OK_AND_ASSIGN(ChangesAnswer old, Changes(*watch, 899));
  EXPECT_EQ(old.changes, nullptr);
  EXPECT_NE(old.state, nullptr);
  ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, 900));
  EXPECT_NE(answer.changes, nullptr);
}

TEST_F(PollActorsChangesTest, GivesTheStateWhenTheLogCannotBeRead) {
  ASSERT_OK(Create(*NewActors()));
  Fill(1'000);
  StoreSnapshot();
  auto actors = NewActors();
  const auto watch = Watch(*actors);
  log_.FailReads({Fault::kUnavailable});
  ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, 900));
  EXPECT_EQ(answer.changes, nullptr);
  EXPECT_NE(answer.state, nullptr);
  ASSERT_OK_AND_ASSIGN(ChangesAnswer again, Changes(*watch, 900));
  EXPECT_NE(again.changes, nullptr);
}

TEST_F(PollActorsChangesTest, TakesNothingFromAnotherHistory) {
  ASSERT_OK(Create(*NewActors()));
  Fill(1'000);
  StoreSnapshot();
  auto actors = NewActors();
  const auto watch = Watch(*actors);
  // Of all this the actor does not hear.
  memory_.Truncate(kId, 990);
  PollLog::NewCommit other = {.expected = {990, Stored().back().commit_id},
                              .commit_id = "other",
                              .payload = EncodeEvents({VotingStarted{}}),
                              .expire_time = clock_.Now() + absl::Hours(1)};
  log_.FailReads({Fault::kUnavailable});  // The read that the hint of this commit leads to.
  memory_.Append(kId, other, absl::InfiniteFuture(),
                 [](const absl::Status& status) { EXPECT_OK(status); });
  ASSERT_OK_AND_ASSIGN(ChangesAnswer answer, Changes(*watch, 900));
  EXPECT_EQ(answer.changes, nullptr);
  EXPECT_EQ(answer.state->revision, 1'000u);
}

TEST_F(PollActorsChangesTest, KnowsNoChangesOnceThePollIsGone) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  ASSERT_OK(Do(*actors, CancelPoll{"admin"}));
  EXPECT_THAT(Changes(*watch, 1), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PollActorsChangesTest, SaysOnceThatThePollWillExpire) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  const auto watch = Watch(*actors);
  EXPECT_FALSE(inbox_.Await(PollNotice::Kind::kChanged).back().expires_soon);
  clock_.Advance(absl::Minutes(116));
  while (inbox_.size() < 2) {
    actors->Sweep();
    std::this_thread::yield();
  }
  ASSERT_OK(Get(*actors));
  actors->Sweep();
  ASSERT_OK(Get(*actors));
  const auto notices = inbox_.Await(PollNotice::Kind::kChanged);
  EXPECT_EQ(notices.size(), 2u);
  EXPECT_TRUE(notices.back().expires_soon);
  EXPECT_EQ(notices.back().expire_time - clock_.Now(), absl::Minutes(4));
}

TEST_F(PollActorsChangesTest, WarnsNoEarlierThanInTheLastTenthOfALife) {
  PollActors::Options options = TestOptions();
  options.limits.expiry_warning = absl::Hours(1);
  auto actors = NewActors(options);
  ASSERT_OK(Create(*actors));
  clock_.Advance(absl::Minutes(107));
  {
    NoticeInbox inbox;
    const auto watch = actors->Watch(kId, inbox.observer());
    EXPECT_FALSE(inbox.Await(PollNotice::Kind::kChanged, 1).back().expires_soon);
  }
  clock_.Advance(absl::Minutes(1));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  EXPECT_TRUE(inbox.Await(PollNotice::Kind::kChanged, 1).back().expires_soon);
}

}  // namespace
}  // namespace caucus::polls
