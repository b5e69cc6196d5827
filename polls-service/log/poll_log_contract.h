// What every PollLog promises, as a test suite:
//
//     INSTANTIATE_TEST_SUITE_P(Redis, PollLogContractTest, testing::Values(MakeRedis));

#ifndef POLLS_SERVICE_LOG_POLL_LOG_CONTRACT_H_
#define POLLS_SERVICE_LOG_POLL_LOG_CONTRACT_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/poll_log_calls.h"

namespace caucus::polls {

// A log under test, with whatever it stands on.
class PollLogFixture {
 public:
  virtual ~PollLogFixture() = default;

  virtual PollLog& log() = 0;
  // Makes the log's time at least `time`.
  virtual void AdvanceTo(absl::Time time) = 0;
};

class PollLogContractTest : public testing::TestWithParam<std::unique_ptr<PollLogFixture> (*)()> {
 protected:
  PollLogContractTest() : fixture_(GetParam()()) {}

  PollLog& log() { return fixture_->log(); }

  absl::Status Append(uint64_t expected_revision, const std::string& payload) {
    return AppendTo(log(), "ABC123",
                    {.expected = PositionAt(log(), "ABC123", expected_revision),
                     .commit_id = "id of " + payload,
                     .payload = payload});
  }

  const std::unique_ptr<PollLogFixture> fixture_;
};

TEST_P(PollLogContractTest, ReadsWhatWasAppendedInOrder) {
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(Append(1, "b"));
  ASSERT_OK(Append(2, "c"));
  ASSERT_OK_AND_ASSIGN(auto all, ReadFrom(log(), "ABC123", 0));
  EXPECT_EQ(all,
            (std::vector<Commit>{{1, "id of a", "a"}, {2, "id of b", "b"}, {3, "id of c", "c"}}));
  ASSERT_OK_AND_ASSIGN(auto tail, ReadFrom(log(), "ABC123", 2));
  EXPECT_EQ(tail, (std::vector<Commit>{{3, "id of c", "c"}}));
  ASSERT_OK_AND_ASSIGN(auto none, ReadFrom(log(), "ABC123", 3));
  EXPECT_TRUE(none.empty());
}

TEST_P(PollLogContractTest, KeepsLogsApart) {
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(AppendTo(log(), "XYZ789", {.commit_id = "1", .payload = "other"}));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "XYZ789", 0));
  ASSERT_EQ(commits.size(), 1u);
  EXPECT_EQ(commits[0].payload, "other");
}

TEST_P(PollLogContractTest, FindsNothingWhereNothingIs) {
  EXPECT_THAT(ReadFrom(log(), "ABC123", 0), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadFrom(log(), "ABC123", 5), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Append(1, "b"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ReadFrom(log(), "ABC123", 0), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PollLogContractTest, FindsNoLogThatIsShorterThanWhatIsKnown) {
  ASSERT_OK(Append(0, "a"));
  EXPECT_THAT(ReadFrom(log(), "ABC123", 7), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PollLogContractTest, CreatesOnlyWhatDoesNotExist) {
  ASSERT_OK(Append(0, "a"));
  EXPECT_THAT(Append(0, "z"), StatusIs(absl::StatusCode::kAlreadyExists));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", 0));
  EXPECT_EQ(commits, (std::vector<Commit>{{1, "id of a", "a"}}));
}

TEST_P(PollLogContractTest, RefusesAWriterThatIsBehindOrAhead) {
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(Append(1, "b"));
  EXPECT_THAT(Append(1, "z"), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Append(7, "z"), StatusIs(absl::StatusCode::kAborted));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", 0));
  EXPECT_EQ(commits.size(), 2u);
}

TEST_P(PollLogContractTest, TellsHistoriesWithTheSameRevisionsApart) {
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(Append(1, "b"));
  const PollLog::Position lost = {.revision = 2, .commit_id = "id of what was lost"};
  EXPECT_THAT(AppendTo(log(), "ABC123", {.expected = lost, .commit_id = "3", .payload = "c"}),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(ReadAfter(log(), "ABC123", lost), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", 0));
  EXPECT_EQ(commits.size(), 2u);
}

TEST_P(PollLogContractTest, ReadsAfterARevisionWhicheverCommitHasIt) {
  for (const int revision : {0, 1, 2}) ASSERT_OK(Append(revision, std::to_string(revision)));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadAfter(log(), "ABC123", {.revision = 1}));
  ASSERT_EQ(commits.size(), 2u);
  EXPECT_EQ(commits[0].payload, "1");
  EXPECT_THAT(ReadAfter(log(), "ABC123", {.revision = 4}), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PollLogContractTest, KeepsAnyBytes) {
  std::string payload(1 << 20, '\0');
  for (size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<char>(i * 31 % 257);
  ASSERT_OK(Append(0, payload));
  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", 0));
  ASSERT_EQ(commits.size(), 1u);
  EXPECT_TRUE(commits[0].payload == payload);
}

TEST_P(PollLogContractTest, ReadsALongLogWhole) {
  constexpr uint64_t kCommits = 2500;
  absl::BlockingCounter appended(kCommits);
  for (uint64_t i = 0; i < kCommits; ++i) {
    log().Append("ABC123",
                 {.expected = {.revision = i, .commit_id = std::to_string(i)},
                  .commit_id = std::to_string(i + 1),
                  .payload = "p",
                  .expire_time = absl::Now() + absl::Hours(1)},
                 absl::Now() + absl::Seconds(30), [&](absl::Status status) {
                   EXPECT_OK(status);
                   appended.DecrementCount();
                 });
  }
  appended.Wait();
  for (const uint64_t after : {0, 1, 499, 500, 501, 1000, 2499}) {
    ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", after));
    ASSERT_EQ(commits.size(), kCommits - after);
    for (size_t i = 0; i < commits.size(); ++i) ASSERT_EQ(commits[i].revision, after + i + 1);
  }
}

TEST_P(PollLogContractTest, ForgetsALogAtTheExpireTimeOfItsLastCommit) {
  const absl::Time soon = absl::Now() + absl::Milliseconds(300);
  const absl::Time later = absl::Now() + absl::Hours(1);
  ASSERT_OK(AppendTo(log(), "SHORT", {.commit_id = "1", .payload = "a", .expire_time = later}));
  ASSERT_OK(
      AppendTo(log(), "SHORT",
               {.expected = {1, "1"}, .commit_id = "2", .payload = "b", .expire_time = soon}));
  ASSERT_OK(AppendTo(log(), "LONG", {.commit_id = "1", .payload = "a", .expire_time = later}));
  fixture_->AdvanceTo(soon);
  EXPECT_THAT(ReadFrom(log(), "SHORT", 0), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(AppendTo(log(), "SHORT", {.expected = {2, "2"}, .commit_id = "3", .payload = "c"}),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_OK(AppendTo(log(), "SHORT", {.commit_id = "4", .payload = "anew"}));
  EXPECT_OK(ReadFrom(log(), "LONG", 0));
}

TEST_P(PollLogContractTest, LoadsTheWholeLogWithoutASnapshot) {
  EXPECT_THAT(LoadFrom(log(), "ABC123"), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(Append(1, "b"));
  ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log(), "ABC123"));
  EXPECT_EQ(loaded.snapshot, std::nullopt);
  EXPECT_EQ(loaded.commits, (std::vector<Commit>{{1, "id of a", "a"}, {2, "id of b", "b"}}));
}

TEST_P(PollLogContractTest, LoadsTheSnapshotAndTheCommitsAfterIt) {
  const PollLog::Snapshot at_2 = {.position = {2, "id of b"}, .payload = std::string("a\0b", 3)};
  ASSERT_OK(Append(0, "a"));
  ASSERT_OK(Append(1, "b"));
  ASSERT_OK(StoreSnapshotIn(log(), "ABC123", at_2));
  ASSERT_OK_AND_ASSIGN(auto at_the_end, LoadFrom(log(), "ABC123"));
  EXPECT_EQ(at_the_end.snapshot, at_2);
  EXPECT_TRUE(at_the_end.commits.empty());

  ASSERT_OK(Append(2, "c"));
  ASSERT_OK_AND_ASSIGN(auto before_the_end, LoadFrom(log(), "ABC123"));
  EXPECT_EQ(before_the_end.snapshot, at_2);
  EXPECT_EQ(before_the_end.commits, (std::vector<Commit>{{3, "id of c", "c"}}));
  ASSERT_OK_AND_ASSIGN(auto all, ReadFrom(log(), "ABC123", 0));
  EXPECT_EQ(all.size(), 3u);
}

TEST_P(PollLogContractTest, KeepsTheNewestSnapshot) {
  for (const std::string payload : {"a", "b", "c"}) ASSERT_OK(Append(payload[0] - 'a', payload));
  const PollLog::Snapshot newest = {.position = {3, "id of c"}, .payload = "newest"};
  ASSERT_OK(StoreSnapshotIn(log(), "ABC123", {.position = {1, "id of a"}, .payload = "first"}));
  ASSERT_OK(StoreSnapshotIn(log(), "ABC123", newest));
  EXPECT_OK(StoreSnapshotIn(log(), "ABC123", {.position = {2, "id of b"}, .payload = "late"}));
  ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log(), "ABC123"));
  EXPECT_EQ(loaded.snapshot, newest);
}

TEST_P(PollLogContractTest, RefusesASnapshotOfWhatTheLogDoesNotHave) {
  EXPECT_THAT(StoreSnapshotIn(log(), "ABC123", {.position = {1, "id of a"}, .payload = "s"}),
              StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK(Append(0, "a"));
  for (const PollLog::Position& position :
       {PollLog::Position{1, "another"}, {2, "id of b"}, {0, ""}}) {
    EXPECT_THAT(StoreSnapshotIn(log(), "ABC123", {.position = position, .payload = "s"}),
                StatusIs(absl::StatusCode::kNotFound));
  }
  ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log(), "ABC123"));
  EXPECT_EQ(loaded.snapshot, std::nullopt);
}

TEST_P(PollLogContractTest, LoadsALongLogWhole) {
  constexpr uint64_t kCommits = 1300;
  absl::BlockingCounter appended(kCommits);
  for (uint64_t i = 0; i < kCommits; ++i) {
    log().Append("ABC123",
                 {.expected = {.revision = i, .commit_id = std::to_string(i)},
                  .commit_id = std::to_string(i + 1),
                  .payload = "p",
                  .expire_time = absl::Now() + absl::Hours(1)},
                 absl::Now() + absl::Seconds(30), [&](absl::Status status) {
                   EXPECT_OK(status);
                   appended.DecrementCount();
                 });
  }
  appended.Wait();
  for (const uint64_t at : {0, 1, 299, 300, 799, 800, 801, 1299, 1300}) {
    if (at > 0) {
      ASSERT_OK(
          StoreSnapshotIn(log(), "ABC123", {.position = {at, std::to_string(at)}, .payload = "s"}));
    }
    ASSERT_OK_AND_ASSIGN(auto loaded, LoadFrom(log(), "ABC123"));
    ASSERT_EQ(loaded.snapshot ? loaded.snapshot->position.revision : 0, at);
    ASSERT_EQ(loaded.commits.size(), kCommits - at);
    for (size_t i = 0; i < loaded.commits.size(); ++i) {
      ASSERT_EQ(loaded.commits[i].revision, at + i + 1);
    }
  }
}

TEST_P(PollLogContractTest, ForgetsTheSnapshotWithTheLog) {
  const absl::Time soon = absl::Now() + absl::Milliseconds(400);
  const absl::Time later = absl::Now() + absl::Hours(1);
  // One log whose time is cut short after the snapshot was stored, and one that gets more of it.
  ASSERT_OK(AppendTo(log(), "SHORT", {.commit_id = "1", .payload = "a", .expire_time = later}));
  ASSERT_OK(StoreSnapshotIn(log(), "SHORT", {.position = {1, "1"}, .payload = "s"}));
  ASSERT_OK(
      AppendTo(log(), "SHORT",
               {.expected = {1, "1"}, .commit_id = "2", .payload = "b", .expire_time = soon}));
  ASSERT_OK(AppendTo(log(), "LONG", {.commit_id = "1", .payload = "a", .expire_time = soon}));
  ASSERT_OK(StoreSnapshotIn(log(), "LONG", {.position = {1, "1"}, .payload = "s"}));
  ASSERT_OK(
      AppendTo(log(), "LONG",
               {.expected = {1, "1"}, .commit_id = "2", .payload = "b", .expire_time = later}));
  fixture_->AdvanceTo(soon);

  EXPECT_THAT(LoadFrom(log(), "SHORT"), StatusIs(absl::StatusCode::kNotFound));
  // Anew, with the same ids: a snapshot that was left over would fit.
  ASSERT_OK(AppendTo(log(), "SHORT", {.commit_id = "1", .payload = "anew"}));
  ASSERT_OK_AND_ASSIGN(auto anew, LoadFrom(log(), "SHORT"));
  EXPECT_EQ(anew.snapshot, std::nullopt);
  ASSERT_OK_AND_ASSIGN(auto prolonged, LoadFrom(log(), "LONG"));
  EXPECT_TRUE(prolonged.snapshot.has_value());
}

TEST_P(PollLogContractTest, StoresNothingAfterTheDeadline) {
  const absl::Time past = absl::Now() - absl::Hours(1000);
  EXPECT_THAT(AppendTo(log(), "ABC123", {.commit_id = "1", .payload = "a"}, past),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ReadAfter(log(), "ABC123", {}, past), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(LoadFrom(log(), "ABC123", past), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(StoreSnapshotIn(log(), "ABC123", {.position = {1, "1"}}, past),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(ReadFrom(log(), "ABC123", 0), StatusIs(absl::StatusCode::kNotFound));
}

TEST_P(PollLogContractTest, TellsSubscribersOfTheirLogUntilTheyLeave) {
  absl::Mutex mutex;
  uint64_t told = 0;
  auto subscription = log().Subscribe("ABC123", [&](uint64_t revision) {
    absl::MutexLock lock(&mutex);
    told = std::max(told, revision);
  });
  const auto await = [&](uint64_t revision) {
    const auto is_told = [&] { return told >= revision; };
    absl::MutexLock lock(&mutex);
    return mutex.AwaitWithTimeout(absl::Condition(&is_told), absl::Seconds(30));
  };
  // Hints may be missed until the subscription stands, so the first ones are not counted on.
  uint64_t revision = 0;
  const auto is_told = [&] { return told > 0; };
  while (true) {
    ASSERT_OK(Append(revision, "p" + std::to_string(revision)));
    ++revision;
    absl::MutexLock lock(&mutex);
    if (mutex.AwaitWithTimeout(absl::Condition(&is_told), absl::Milliseconds(10))) break;
  }
  ASSERT_OK(Append(revision, "next"));
  EXPECT_TRUE(await(revision + 1));

  subscription.reset();
  ASSERT_OK(Append(revision + 1, "unheard"));
  EXPECT_LE(told, revision + 1);
}

TEST_P(PollLogContractTest, LetsExactlyOneOfManyWritersHaveEachRevision) {
  constexpr int kWriters = 4;
  constexpr int kCommitsEach = 50;
  ASSERT_OK(Append(0, "first"));
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      uint64_t revision = 1;
      for (int i = 0; i < kCommitsEach;) {
        const std::string name = std::to_string(writer) + "/" + std::to_string(i);
        const absl::Status status = Append(revision, name);
        if (status.ok()) {
          ++revision;
          ++i;
          continue;
        }
        ASSERT_THAT(status, StatusIs(absl::StatusCode::kAborted));
        ASSERT_OK_AND_ASSIGN(auto missed, ReadFrom(log(), "ABC123", revision));
        revision += missed.size();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  ASSERT_OK_AND_ASSIGN(auto commits, ReadFrom(log(), "ABC123", 1));
  ASSERT_EQ(commits.size(), kWriters * kCommitsEach);
  std::vector<int> next(kWriters, 0);
  for (const Commit& commit : commits) {
    const int writer = commit.payload[0] - '0';
    EXPECT_EQ(commit.payload, std::to_string(writer) + "/" + std::to_string(next[writer]++));
  }
}

}  // namespace caucus::polls

#endif  // POLLS_SERVICE_LOG_POLL_LOG_CONTRACT_H_
