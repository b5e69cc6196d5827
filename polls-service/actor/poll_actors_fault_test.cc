// PollActors when the log fails, and when others write to it as well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/status/error_details.h"
#include "common/testing/status_matchers.h"
#include "polls-service/actor/poll_actors.h"
#include "polls-service/actor/poll_actors_fixture.h"
#include "polls-service/actor/poll_watch.h"
#include "polls-service/domain/command.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/poll_log.h"

namespace caucus::polls {
namespace {

using PollActorsFaultTest = PollActorsFixture;

TEST_F(PollActorsFaultTest, SaysUnavailableWhenNothingWasStored) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.FailAppends({Fault::kUnavailable});
  EXPECT_THAT(Do(*actors, Join(1)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Stored().size(), 1u);
  ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*actors, Join(1)));
  EXPECT_EQ(outcome.revision, 2u);
}

TEST_F(PollActorsFaultTest, FindsAnAppendWhoseAnswerWasLost) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.FailAppends({Fault::kUnknownStored});
  ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*actors, Join(1)));
  EXPECT_EQ(outcome.revision, 2u);
  EXPECT_EQ(Stored().size(), 2u);
}

TEST_F(PollActorsFaultTest, RepeatsAnAppendThatWasLost) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.FailAppends({Fault::kUnknownNotStored, Fault::kUnavailable, Fault::kUnknownNotStored,
                    Fault::kUnknownStored});
  log_.FailReads({Fault::kNone, Fault::kUnavailable, Fault::kUnavailable});
  ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*actors, Join(1)));
  EXPECT_EQ(outcome.revision, 2u);
  EXPECT_EQ(Stored().size(), 2u);
}

TEST_F(PollActorsFaultTest, CreatesOnceWhenAnswersAreLost) {
  auto actors = NewActors();
  log_.FailAppends({Fault::kUnknownStored});
  EXPECT_OK(Create(*actors, "AAAAAA"));
  EXPECT_EQ(Stored("AAAAAA").size(), 1u);
  log_.FailAppends({Fault::kUnknownNotStored, Fault::kUnknownNotStored});
  EXPECT_OK(Create(*actors, "BBBBBB"));
  EXPECT_EQ(Stored("BBBBBB").size(), 1u);
  log_.FailAppends({Fault::kUnknownNotStored});
  EXPECT_THAT(Create(*actors, "BBBBBB"), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST_F(PollActorsFaultTest, AdmitsThatTheOutcomeIsUnknownAtTheDeadline) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.FailAppends({Fault::kUnknownLate});
  log_.FailAppends(std::vector<Fault>(100'000, Fault::kUnavailable));
  auto outcome = Send(*actors, Join(1));
  log_.AwaitAppends(3);
  clock_.Advance(absl::Minutes(1));
  const auto answer = outcome.get();
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(ReasonOf(answer.status()), "OUTCOME_UNKNOWN");
  EXPECT_EQ(Stored().size(), 1u);
}

// The clock stands still: nothing here waits for a deadline.
TEST_F(PollActorsFaultTest, SaysAtOnceThatTheLogIsDamaged) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.FailAppends({Fault::kDataLoss});
  EXPECT_THAT(Do(*actors, Join(1)), StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(Stored().size(), 1u);
  log_.FailReads({Fault::kDataLoss});
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kInternal));
  EXPECT_OK(Do(*actors, Join(1)));
  log_.FailAppends({Fault::kDataLoss});
  EXPECT_THAT(Create(*actors, "XYZ789"), StatusIs(absl::StatusCode::kInternal));
}

TEST_F(PollActorsFaultTest, AdmitsAtOnceThatADamagedLogCannotSettleAnAppend) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.FailAppends({Fault::kUnknownLate});
  log_.FailReads({Fault::kDataLoss});
  EXPECT_EQ(ReasonOf(Do(*actors, Join(1)).status()), "OUTCOME_UNKNOWN");
  log_.FailAppends({Fault::kUnknownNotStored, Fault::kDataLoss});
  EXPECT_EQ(ReasonOf(Do(*actors, Join(1)).status()), "OUTCOME_UNKNOWN");
  EXPECT_OK(Do(*actors, Join(1)));
}

TEST_F(PollActorsFaultTest, DecidesNothingOnAStateThatMayBeBehind) {
  PollActors::Options options = TestOptions();
  options.limits.append_timeout = absl::Seconds(1);
  auto actors = NewActors(options);
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.FailAppends({Fault::kUnknownLate});
  log_.FailReads(std::vector<Fault>(1'000'000, Fault::kUnavailable));
  auto lost = Send(*actors, Join(1));
  while (log_.reads() < 5) std::this_thread::yield();
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ(ReasonOf(lost.get().status()), "OUTCOME_UNKNOWN");

  // It lands after all; whoever joins again then finds it.
  log_.ReleaseLate();
  EXPECT_THAT(Do(*actors, Join(1)), StatusIs(absl::StatusCode::kUnavailable));
  log_.ClearFaults();
  ASSERT_OK_AND_ASSIGN(Outcome again, Do(*actors, Join(1)));
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(again.revision, 2u);
}

TEST_F(PollActorsFaultTest, SettlesAnAppendWhateverTheDeadlinesOfItsCommands) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.FailAppends({Fault::kUnknownNotStored});
  log_.FailReads(std::vector<Fault>(1'000'000, Fault::kUnavailable));
  const int reads = log_.reads();
  auto hasty = Send(*actors, Join(1), clock_.Now() + absl::Milliseconds(1));
  while (log_.reads() < reads + 5) std::this_thread::yield();
  auto patient = Send(*actors, Join(2), clock_.Now() + absl::Minutes(1));
  clock_.Advance(absl::Seconds(1));
  log_.ClearFaults();
  ASSERT_OK_AND_ASSIGN(Outcome first, hasty.get());
  EXPECT_EQ(first.revision, 2u);
  EXPECT_OK(patient.get());
}

TEST_F(PollActorsFaultTest, AnUnknownOutcomeIsThatOfItsBatchOnly) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  log_.HoldAppends();
  auto lost = Send(*actors, Join(1));
  log_.AwaitHeldAppend();
  auto waiting = Send(*actors, Join(2), clock_.Now() + absl::Hours(1));
  clock_.Advance(absl::Minutes(1));
  log_.LoseHeld();
  EXPECT_EQ(ReasonOf(lost.get().status()), "OUTCOME_UNKNOWN");
  EXPECT_OK(waiting.get());
  EXPECT_EQ(Stored().size(), 2u);
}

TEST_F(PollActorsFaultTest, KeepsAZombieFromLandingTwice) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.FailAppends({Fault::kUnknownLate});
  ASSERT_OK(Do(*actors, Join(1)));
  log_.ReleaseLate();
  ASSERT_OK(Do(*actors, Join(2)));
  EXPECT_EQ(Stored().size(), 3u);
}

TEST_F(PollActorsFaultTest, FailsWhenThePollCannotBeRead) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  log_.FailReads({Fault::kUnavailable, Fault::kUnavailable});
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Do(*actors, Join(1)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_OK(Do(*actors, Join(1)));
}

TEST_F(PollActorsFaultTest, ReadsAgainWhatCouldNotBeReadForItsWatchers) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  NoticeInbox inbox;
  const auto watch = here->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  ASSERT_OK(Get(*there));
  const int reads = log_.reads();
  log_.FailReads({Fault::kUnavailable});
  ASSERT_OK(Do(*there, Join(1)));
  while (log_.reads() == reads) std::this_thread::yield();
  while (inbox.size() < 2) {
    here->Sweep();
    std::this_thread::yield();
  }
  inbox.Await(PollNotice::Kind::kChanged, 2);
}

TEST_F(PollActorsFaultTest, ReplicasSeeEachOthersCommitsAtOnce) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  ASSERT_OK(Do(*here, Join(1)));
  ASSERT_OK(Do(*there, Join(2)));
  ASSERT_OK_AND_ASSIGN(Outcome outcome, Do(*here, Join(3)));
  EXPECT_EQ(outcome.revision, 4u);
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*there));
  EXPECT_EQ(poll->participants.size(), 3u);
}

TEST_F(PollActorsFaultTest, RefusesNothingOnAStateThatAnotherReplicaHasLeft) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  ASSERT_OK(Do(*here, Join(1)));
  ASSERT_OK(Do(*here, AddNomination{"user1", "n1", "Pizza"}));
  ASSERT_OK(Get(*there));
  ASSERT_OK(Do(*here, StartVote{"admin", "seed"}));
  // `there` still knows only the nominating phase, in which no ballot may be cast.
  EXPECT_OK(Do(*there, SubmitRankings{"user1", {"n1"}}));
}

// The store loses what was committed last, and another replica commits under the same revisions.
TEST_F(PollActorsFaultTest, ReplicasAgreeAfterTheStoreHasLostItsLastCommits) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  ASSERT_OK(Do(*here, Join(1)));
  ASSERT_OK(Get(*there));
  ASSERT_OK(Do(*here, Join(2)));
  memory_.Truncate(kId, 2);
  ASSERT_OK(Do(*there, Join(3)));
  // Both are at revision 3 now, of different histories.
  ASSERT_OK(Do(*here, Join(4)));
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*here));
  EXPECT_FALSE(poll->participants.contains("user2"));
  EXPECT_TRUE(poll->participants.contains("user3"));
  EXPECT_TRUE(poll->participants.contains("user4"));
  ASSERT_OK_AND_ASSIGN(auto other, Get(*there));
  EXPECT_EQ(*other, *poll);
}

TEST_F(PollActorsFaultTest, ReadsNoFurtherInAnotherHistory) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  ASSERT_OK(Get(*there));
  ASSERT_OK(Do(*here, Join(1)));
  memory_.Truncate(kId, 1);
  ASSERT_OK(Do(*there, Join(2)));
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*here));
  EXPECT_FALSE(poll->participants.contains("user1"));
  EXPECT_TRUE(poll->participants.contains("user2"));
}

TEST_F(PollActorsFaultTest, ReadsAgainAtAHintBelowWhatItKnows) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  NoticeInbox inbox;
  const auto watch = here->Watch(kId, inbox.observer());
  ASSERT_OK(Do(*here, Join(1)));
  ASSERT_OK(Do(*here, Join(2)));
  inbox.Await(PollNotice::Kind::kChanged, 3);
  ASSERT_OK(Get(*here));  // Behind every hint up to now.
  memory_.Truncate(kId, 1);
  const int reads = log_.reads();
  ASSERT_OK(Do(*there, Join(3)));
  // `there` reads once; one more is by `here`.
  while (log_.reads() < reads + 2) std::this_thread::yield();
}

TEST_F(PollActorsFaultTest, KeepsItsWatchersWhenTheStoreHasLostCommits) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  for (int i = 1; i <= 3; ++i) ASSERT_OK(Do(*actors, Join(i)));
  inbox.Await(PollNotice::Kind::kChanged, 4);
  memory_.Truncate(kId, 1);
  ASSERT_OK(Do(*actors, Join(4)));
  ASSERT_OK(Get(*actors));
  const auto notices = inbox.Await(PollNotice::Kind::kChanged, 2);
  EXPECT_EQ(notices.back().revision, 2u);
  EXPECT_TRUE(std::any_of(notices.begin(), notices.end(),
                          [](const PollNotice& notice) { return notice.starts_over; }));
  ASSERT_OK_AND_ASSIGN(auto poll, Get(*watch));
  EXPECT_EQ(poll->participants.size(), 1u);

  memory_.Truncate(kId, 0);
  EXPECT_THAT(Get(*actors), StatusIs(absl::StatusCode::kNotFound));
  const auto last = inbox.Await(PollNotice::Kind::kEnded);
  EXPECT_THAT(last.back().status, StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PollActorsFaultTest, EndsTheWatchesOfAPollWhoseIdAnotherHas) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  clock_.Advance(absl::Hours(3));
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Get(*actors));
  const auto notices = inbox.Await(PollNotice::Kind::kEnded);
  EXPECT_THAT(notices.back().status, StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(PollActorsFaultTest, DecidesAgainAfterALostRace) {
  auto here = NewActors();
  auto there = NewActors();
  ASSERT_OK(Create(*here));
  ASSERT_OK(Do(*here, Join(1)));
  ASSERT_OK(Get(*there));
  log_.HoldAppends();
  auto slow = Send(*here, AddNomination{"user1", "n1", "Pizza"});
  log_.AwaitHeldAppend();
  auto join = Send(*here, Join(2));
  // `there` wins the race for the revision.
  PollLog::NewCommit won = {.expected = {2, Stored().back().commit_id},
                            .commit_id = "there",
                            .payload = EncodeEvents({VotingStarted{}}),
                            .expire_time = clock_.Now() + absl::Hours(1)};
  memory_.Append(kId, won, absl::InfiniteFuture(), [](absl::Status status) { EXPECT_OK(status); });
  log_.Release();
  EXPECT_THAT(slow.get(), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_OK_AND_ASSIGN(Outcome joined, join.get());
  EXPECT_EQ(joined.revision, 4u);
}

TEST_F(PollActorsFaultTest, ReplicasUnderLoadAgreeOnOneHistory) {
  constexpr int kReplicas = 2;
  constexpr int kJoinsEach = 200;
  std::vector<std::unique_ptr<PollActors>> replicas;
  for (int i = 0; i < kReplicas; ++i) replicas.push_back(NewActors());
  ASSERT_OK(Create(*replicas[0]));
  std::vector<NoticeInbox> inboxes(kReplicas);
  std::vector<std::unique_ptr<PollWatch>> watches;
  for (int i = 0; i < kReplicas; ++i) {
    watches.push_back(replicas[i]->Watch(kId, inboxes[i].observer()));
  }
  log_.FailAppends({Fault::kUnknownStored, Fault::kUnknownNotStored, Fault::kUnknownStored});
  std::vector<FutureOutcome> outcomes;
  for (int i = 0; i < kReplicas * kJoinsEach; ++i) {
    outcomes.push_back(Send(*replicas[i % kReplicas], Join(i)));
  }
  std::vector<int> commands_of(kReplicas * kJoinsEach + 2, 0);
  for (auto& outcome : outcomes) {
    ASSERT_OK_AND_ASSIGN(Outcome done, outcome.get());
    ++commands_of[done.revision];
  }

  const std::vector<Commit> commits = Stored();
  for (int i = 0; i < kReplicas; ++i) {
    const auto notices = inboxes[i].Await(PollNotice::Kind::kChanged, commits.size());
    uint64_t last = 0;
    for (const PollNotice& notice : notices) {
      EXPECT_GT(notice.revision, last);
      last = notice.revision;
    }
    ASSERT_OK_AND_ASSIGN(auto poll, Get(*watches[i]));
    EXPECT_EQ(poll->participants.size(), static_cast<size_t>(kReplicas * kJoinsEach));
  }
  for (const Commit& commit : commits) {
    ASSERT_OK_AND_ASSIGN(auto events, DecodeEvents(commit.payload));
    // Two events for each join; the first commit creates the poll.
    if (commit.revision == 1) continue;
    EXPECT_EQ(events.size(), 2u * commands_of[commit.revision]);
  }
}

TEST_F(PollActorsFaultTest, LooksAtTheLogNowAndThenWhateverTheHintsSay) {
  auto actors = NewActors();
  ASSERT_OK(Create(*actors));
  NoticeInbox inbox;
  const auto watch = actors->Watch(kId, inbox.observer());
  inbox.Await(PollNotice::Kind::kChanged, 1);
  const int reads = log_.reads();
  clock_.Advance(absl::Minutes(1));
  actors->Sweep();
  while (log_.reads() == reads) std::this_thread::yield();
}

// Counting takes long, and what a turn answers leaves at its end.
TEST_F(PollActorsFaultTest, CountsInAnotherTurnThanItAnswersVotes) {
  std::atomic<int> turn = 0;
  PollActors::Options options = TestOptions();
  options.threads = 1;
  options.run_turn = [&](const TaskPool::Task& run) {
    ++turn;
    run();
  };
  auto actors = NewActors(options);
  ASSERT_OK(Create(*actors));
  ASSERT_OK(Do(*actors, Join(1)));
  ASSERT_OK(Do(*actors, AddNomination{"user1", "n1", "Tea"}));
  ASSERT_OK(Do(*actors, StartVote{"admin", "seed"}));
  log_.HoldAppends();
  const int appends = log_.appends();
  std::promise<int> voted;
  actors->Execute(kId, SubmitRankings{"user1", {"n1"}}, Soon(), [&](const auto& outcome) {
    EXPECT_OK(outcome);
    voted.set_value(turn);
  });
  log_.AwaitAppends(appends + 1);
  std::promise<int> closed;
  actors->Execute(kId, ClosePoll{"admin"}, Soon(), [&](const auto& outcome) {
    EXPECT_OK(outcome);
    closed.set_value(turn);
  });
  log_.Release();
  // One that decides, one that answers.
  EXPECT_GE(closed.get_future().get() - voted.get_future().get(), 2);
}

}  // namespace
}  // namespace caucus::polls
