// PollActors and the snapshots that spare them a long log.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/domain/request_answers.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/snapshot_codec.h"

namespace caucus::polls {
namespace {

class PollActorsSnapshotTest : public PollActorsFixture {
 protected:
  // Makes the log `revision` commits long: people come and go.
  void Fill(uint64_t revision) {
    ASSERT_OK(Create(*NewActors()));
    PollLog::Position last = {1, Stored().back().commit_id};
    while (last.revision < revision) {
      const std::string user = "guest" + std::to_string((last.revision - 1) / 2);
      PollLog::NewCommit commit = {.expected = last,
                                   .commit_id = std::to_string(last.revision),
                                   .expire_time = clock_.Now() + absl::Hours(1)};
      commit.payload =
          last.revision % 2 == 1
              ? EncodeEvents({ParticipantJoined{user, "Guest"}, ConnectionOpened{user, "c", "e"}})
              : EncodeEvents({ConnectionClosed{user, "c"}, ParticipantLeft{user}});
      last = {last.revision + 1, commit.commit_id};
      memory_.Append(kId, std::move(commit), absl::InfiniteFuture(),
                     [](const absl::Status& status) { ASSERT_OK(status); });
    }
  }

  PollLog::Loaded Loaded() {
    PollLog::Loaded found;
    memory_.Load(kId, absl::InfiniteFuture(), [&](auto loaded) {
      ASSERT_OK(loaded);
      found = *std::move(loaded);
    });
    return found;
  }

  void AwaitSnapshot(uint64_t revision) {
    while (!Loaded().snapshot || Loaded().snapshot->position.revision < revision) {
      std::this_thread::yield();
    }
  }
};

TEST_F(PollActorsSnapshotTest, ALongLogIsReadOnce) {
  Fill(100'000);
  {
    auto actors = NewActors();
    ASSERT_OK(Get(*actors));
    AwaitSnapshot(100'000);
  }
  ASSERT_OK(Do(*NewActors(), Join(1)));
  const size_t commits_read = log_.commits_read();
  auto there = NewActors();
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*there));
  EXPECT_EQ(poll->revision, 100'001u);
  EXPECT_TRUE(poll->participants.contains("user1"));
  EXPECT_EQ(log_.commits_read() - commits_read, 1u);
}

TEST_F(PollActorsSnapshotTest, GivesTheSameStateAsTheLog) {
  Fill(600);
  {
    auto actors = NewActors();
    const RequestKey key = {.user_id = "user1", .request_id = "r", .fingerprint = 1};
    ASSERT_OK(Do(*actors, Join(1), key));
    AwaitSnapshot(600);
  }
  auto folding = NewActors();
  ASSERT_OK_AND_ASSIGN(auto restored, Get(*NewActors()));
  PollLog::Snapshot bad = *Loaded().snapshot;
  bad.payload = "bad";
  memory_.StoreSnapshot(kId, bad, absl::InfiniteFuture(),
                        [](const absl::Status& status) { EXPECT_OK(status); });
  ASSERT_OK_AND_ASSIGN(auto folded, Get(*folding));
  EXPECT_EQ(*restored, *folded);
}

TEST_F(PollActorsSnapshotTest, StoresOneNowAndThenWhileCommitsGoOn) {
  Fill(500);
  auto actors = NewActors();
  for (int i = 0; i < 100; ++i) ASSERT_OK(Do(*actors, Join(i)));
  AwaitSnapshot(512);
  EXPECT_EQ(log_.snapshots(), 1);
}

TEST_F(PollActorsSnapshotTest, RemembersAnswersInSnapshots) {
  Fill(550);
  const RequestKey key = {.user_id = "user1", .request_id = "r", .fingerprint = 1};
  {
    auto actors = NewActors();
    ASSERT_OK(Get(*actors));
    AwaitSnapshot(550);
    ASSERT_OK(Do(*actors, Join(1), key));
    for (int i = 2; i < 600; ++i) ASSERT_OK(Do(*actors, Join(i)));
    AwaitSnapshot(1'062);
  }
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*NewActors(), Join(1), key));
  EXPECT_EQ(again.revision, 551u);
}

TEST_F(PollActorsSnapshotTest, ABadSnapshotIsIgnoredAndReplaced) {
  Fill(600);
  memory_.StoreSnapshot(kId, {{600, Stored().back().commit_id}, "bad"}, absl::InfiniteFuture(),
                        [](const absl::Status& status) { EXPECT_OK(status); });
  auto actors = NewActors();
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*actors));
  EXPECT_EQ(poll->revision, 600u);
  while (Loaded().snapshot->payload == "bad") std::this_thread::yield();
}

TEST_F(PollActorsSnapshotTest, IgnoresASnapshotOfAnotherPoll) {
  ASSERT_OK(Create(*NewActors()));
  Poll other = {.id = "XYZ789", .topic = "Another", .revision = 1, .visible_revision = 1};
  other.expire_time = clock_.Now() + absl::Hours(1);
  memory_.StoreSnapshot(kId, {{1, Stored().back().commit_id}, EncodeSnapshot(other, {})},
                        absl::InfiniteFuture(),
                        [](const absl::Status& status) { EXPECT_OK(status); });
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*NewActors()));
  EXPECT_EQ(poll->id, kId);
  EXPECT_EQ(poll->topic, "Where to eat?");
}

TEST_F(PollActorsSnapshotTest, ASnapshotThatCannotBeStoredIsTriedAgainLater) {
  Fill(600);
  log_.FailSnapshots({Fault::kUnavailable});
  auto actors = NewActors();
  ASSERT_OK(Get(*actors));
  while (log_.snapshots() < 1) std::this_thread::yield();
  EXPECT_FALSE(Loaded().snapshot);
  for (int i = 0; i < 70; ++i) ASSERT_OK(Do(*actors, Join(i)));
  AwaitSnapshot(664);
  EXPECT_EQ(log_.snapshots(), 2);
}

TEST_F(PollActorsSnapshotTest, StoresNoneOfACancelledPoll) {
  Fill(600);
  log_.FailSnapshots({Fault::kUnavailable});
  auto actors = NewActors();
  ASSERT_OK(Do(*actors, CancelPoll{"admin"}));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kCancelled);
  EXPECT_LE(log_.snapshots(), 1);
}

}  // namespace
}  // namespace caucus::polls
