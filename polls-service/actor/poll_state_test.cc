#include "polls-service/actor/poll_state.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/testing/status_matchers.h"
#include "polls-service/domain/event.h"
#include "polls-service/domain/poll.h"
#include "polls-service/log/event_codec.h"
#include "polls-service/log/poll_log.h"
#include "polls-service/log/snapshot_codec.h"

namespace caucus::polls {
namespace {

const std::vector<Event> kCreated = {PollCreated{.poll_id = "ABC123",
                                                 .topic = "Where to eat?",
                                                 .votes_per_voter = 1,
                                                 .admin_id = "admin",
                                                 .create_time = absl::FromUnixSeconds(1),
                                                 .expire_time = absl::FromUnixSeconds(2)}};
const std::vector<Event> kJoined = {ParticipantJoined{"u", "Ute"}, ConnectionOpened{"u", "c", "e"}};

Commit CommitOf(uint64_t revision, const std::vector<Event>& events) {
  return {.revision = revision, .commit_id = "id", .payload = EncodeEvents(events)};
}

TEST(PollStateTest, ShowsStagedEventsOnlyInThePendingState) {
  PollState state;
  ASSERT_OK(state.Apply({CommitOf(1, kCreated)}));
  state.Stage(kJoined);
  EXPECT_EQ(state.pending().participants.size(), 1u);
  EXPECT_EQ(state.pending().revision, 2u);
  EXPECT_TRUE(state.committed().participants.empty());
  EXPECT_TRUE(state.View()->participants.empty());

  state.CommitStaged("new id");
  EXPECT_EQ(state.position().revision, 2u);
  EXPECT_EQ(state.position().commit_id, "new id");
  EXPECT_EQ(state.committed(), state.pending());
  EXPECT_EQ(state.View()->revision, 2u);
  EXPECT_TRUE(state.staged().empty());
}

TEST(PollStateTest, GoesBackWhenStagedEventsAreDropped) {
  PollState state;
  ASSERT_OK(state.Apply({CommitOf(1, kCreated)}));
  state.Stage(kJoined);
  state.DropStaged();
  EXPECT_EQ(state.pending(), state.committed());
  EXPECT_EQ(state.pending().revision, 1u);
}

TEST(PollStateTest, BuildsOneViewForEachRevision) {
  PollState state;
  ASSERT_OK(state.Apply({CommitOf(1, kCreated)}));
  const auto first = state.View();
  EXPECT_EQ(state.View(), first);
  ASSERT_OK(state.Apply({CommitOf(2, kJoined)}));
  EXPECT_NE(state.View(), first);
  EXPECT_EQ(first->revision, 1u);
}

TEST(PollStateTest, RefusesASnapshotOfAnotherPollOrRevision) {
  PollState state;
  ASSERT_OK(state.Apply({CommitOf(1, kCreated), CommitOf(2, kJoined)}));
  const std::string payload = EncodeSnapshot(state.committed(), state.answers());
  PollState restored;
  EXPECT_THAT(restored.Restore("XYZ789", {{2, "id"}, payload}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(restored.Restore("ABC123", {{1, "id"}, payload}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(restored.position().revision, 0u);
  ASSERT_OK(restored.Restore("ABC123", {{2, "id"}, payload}));
  EXPECT_EQ(restored.committed(), state.committed());
}

TEST(PollStateTest, RefusesGapsAndWhatItCannotDecode) {
  PollState state;
  EXPECT_THAT(state.Apply({CommitOf(2, kCreated)}), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(state.Apply({{.revision = 1, .payload = "\xff\xff"}}),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace caucus::polls
