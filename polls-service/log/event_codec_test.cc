#include "polls-service/log/event_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "caucus/polls/log/v1/commit.pb.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

std::vector<Event> OneOfEach() {
  const absl::Time now = absl::FromUnixNanos(1'795'196'753'123'456'789);
  return {
      PollCreated{"PRW0JR", "Where to eat?", 3, "admin", now, now + absl::Hours(2)},
      ParticipantJoined{"u1", "李雷"},
      ConnectionOpened{"u1", "c1", "edge-1"},
      ConnectionOpened{"u1", "", ""},
      ConnectionClosed{"u1", "c1"},
      ParticipantLeft{"u1"},
      ParticipantRemoved{"u2"},
      NominationAdded{"GFGDN-VR", "u1", "Pizza"},
      NominationRemoved{"GFGDN-VR"},
      VotingStarted{},
      BallotCast{"u1", {"8I9x6M-i", "DePT3kNj"}},
      PollClosed{{{"8I9x6M-i", "Thai", 1.990740740740741}, {"DePT3kNj", "Taco", 1.0 / 3}}},
      PollClosed{},
      PollCancelled{},
  };
}

TEST(EventCodecTest, BringsBackEveryEvent) {
  for (const Event& event : OneOfEach()) {
    ASSERT_OK_AND_ASSIGN(std::vector<Event> decoded, DecodeEvents(EncodeEvents({event})));
    ASSERT_EQ(decoded.size(), 1u);
    EXPECT_EQ(decoded[0], event) << "variant " << event.index();
  }
}

TEST(EventCodecTest, CoversEveryAlternativeOfTheVariant) {
  std::vector<bool> seen(std::variant_size_v<Event>);
  for (const Event& event : OneOfEach()) seen[event.index()] = true;
  EXPECT_THAT(seen, testing::Each(true));
}

TEST(EventCodecTest, KeepsTheOrderOfACommit) {
  const std::vector<Event> events = OneOfEach();
  EXPECT_THAT(DecodeEvents(EncodeEvents(events)), IsOk());
  EXPECT_EQ(*DecodeEvents(EncodeEvents(events)), events);
}

TEST(EventCodecTest, KeepsTimesBeforeTheEpoch) {
  const Event event = PollCreated{.create_time = absl::FromUnixMillis(-1500),
                                  .expire_time = absl::FromUnixMillis(-1)};
  ASSERT_OK_AND_ASSIGN(std::vector<Event> decoded, DecodeEvents(EncodeEvents({event})));
  EXPECT_EQ(decoded[0], event);
}

TEST(EventCodecTest, RefusesAnUnknownEvent) {
  log::v1::Commit commit;
  commit.add_events()->mutable_voting_started();
  commit.add_events();
  EXPECT_THAT(DecodeEvents(commit.SerializeAsString()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(EventCodecTest, RefusesAnEventOfANewerRelease) {
  // Commit{events: [{field 500, length-delimited, empty}]}.
  EXPECT_THAT(DecodeEvents(std::string("\x0a\x03\xa2\x1f\x00", 5)),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST(EventCodecTest, RefusesBytesThatAreNoCommit) {
  EXPECT_THAT(DecodeEvents("\xff\xff\xff"), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace caucus::polls
