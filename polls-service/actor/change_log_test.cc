#include "polls-service/actor/change_log.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "polls-service/actor/poll_change.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"

namespace caucus::polls {
namespace {

std::vector<Event> Left(const std::string& user_id) { return {ParticipantLeft{user_id}}; }

// Who left after `revision`, as text.
std::string LeftSince(ChangeLog& log, uint64_t revision) {
  const auto changes = log.Since(revision);
  if (changes == nullptr) return "unknown";
  EXPECT_EQ(changes->previous_revision, revision);
  EXPECT_EQ(changes->revision, log.revision());
  std::string text;
  for (const PollChange& change : changes->changes) {
    text += std::get<ParticipantLeft>(change).user_id;
  }
  return text;
}

TEST(ChangeLogTest, KnowsWhatHasChangedSinceEachRevision) {
  ChangeLog log;
  for (const char* user : {"a", "b", "c"}) log.Append(Left(user), Poll());
  EXPECT_EQ(LeftSince(log, 0), "abc");
  EXPECT_EQ(LeftSince(log, 2), "c");
  EXPECT_EQ(LeftSince(log, 3), "");
  EXPECT_EQ(LeftSince(log, 4), "unknown");
}

TEST(ChangeLogTest, HoldsNothingOfWhatNobodySees) {
  ChangeLog log;
  log.Append({ConnectionOpened{"a", "c", "e"}, RequestAnswered{.user_id = "a"}}, Poll());
  log.Append({ConnectionClosed{"a", "c"}, ParticipantLeft{"a"}}, Poll());
  log.Append({BanLifted{"b"}}, Poll());
  EXPECT_EQ(LeftSince(log, 0), "a");
  EXPECT_EQ(log.revision(), 3u);
}

TEST(ChangeLogTest, HoldsNoBallot) {
  ChangeLog log;
  log.Append({BallotCast{"a", {"n1", "n2"}}}, Poll());
  EXPECT_EQ(std::get<Voted>(log.Since(0)->changes.front()), Voted{"a"});
}

TEST(ChangeLogTest, TellsTheSeedWithTheResults) {
  Poll poll;
  poll.tie_break_seed = "seed";
  ChangeLog log;
  log.Append({PollClosed{.results = {{.nomination_id = "n1"}}}}, poll);
  const auto& known = std::get<ResultsKnown>(log.Since(0)->changes.front());
  EXPECT_EQ(known.tie_break_seed, "seed");
  EXPECT_EQ(known.results->front().nomination_id, "n1");
}

TEST(ChangeLogTest, SharesOneAnswerUntilItChanges) {
  ChangeLog log;
  log.Append(Left("a"), Poll());
  const auto first = log.Since(0);
  EXPECT_EQ(log.Since(0), first);
  log.Append(Left("b"), Poll());
  EXPECT_NE(log.Since(0), first);
  EXPECT_EQ(first->changes.size(), 1u);
}

TEST(ChangeLogTest, ForgetsTheOldestRevisionsWhole) {
  ChangeLog log({.changes_max = 3});
  log.Append({ParticipantLeft{"a"}, ParticipantLeft{"b"}}, Poll());
  log.Append(Left("c"), Poll());
  EXPECT_EQ(LeftSince(log, 0), "abc");
  log.Append(Left("d"), Poll());
  EXPECT_EQ(LeftSince(log, 0), "unknown");
  EXPECT_EQ(LeftSince(log, 1), "cd");
  EXPECT_EQ(log.known_after(), 1u);
}

TEST(ChangeLogTest, BoundsItsBytes) {
  ChangeLog log({.bytes_max = 100'000});
  for (int i = 0; i < 100; ++i) log.Append(Left(std::string(10'000, 'x')), Poll());
  EXPECT_GE(log.known_after(), 90u);
  EXPECT_LE(log.known_after(), 92u);
  log.Append(Left(std::string(200'000, 'x')), Poll());
  EXPECT_EQ(log.known_after(), 101u);
  EXPECT_EQ(LeftSince(log, 101), "");
}

TEST(ChangeLogTest, TakesOlderChangesIfThereIsRoom) {
  ChangeLog log({.changes_max = 4});
  log.Reset(10);
  log.Append(Left("k"), Poll());
  EXPECT_EQ(LeftSince(log, 9), "unknown");
  using Commits = std::vector<std::pair<uint64_t, std::vector<Event>>>;
  EXPECT_TRUE(log.Prepend(8, Commits{{9, Left("i")}, {10, Left("j")}}, Poll()));
  EXPECT_EQ(LeftSince(log, 8), "ijk");
  EXPECT_EQ(LeftSince(log, 9), "jk");
  EXPECT_FALSE(log.Prepend(6, Commits{{7, Left("g")}, {8, Left("h")}}, Poll()));
  EXPECT_EQ(LeftSince(log, 7), "unknown");
  EXPECT_EQ(LeftSince(log, 8), "ijk");
}

}  // namespace
}  // namespace caucus::polls
