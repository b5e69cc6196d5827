#include "polls-service/log/event_codec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "caucus/polls/log/v1/commit.pb.h"
#include "common/testing/status_matchers.h"

namespace caucus::polls {
namespace {

tally::Count SomeCount() {
  tally::Round round = {.threshold = 600000, .tallies = {400000, std::nullopt, 0}};
  round.inactive = {1, 2, 3, 4, 5};
  round.elected = {0};
  round.eliminated = {2};
  round.transfers = {{.from = 2, .to = 0, .votes = 7}, {.from = 2, .to = std::nullopt, .votes = 1}};
  round.ties = {{.question = tally::Tie::Question::kSurplus,
                 .candidates = {0, 2},
                 .rule = tally::Tie::Rule::kDraw,
                 .deciding_round = 0,
                 .chosen = 2,
                 .order = {2, 0}}};
  return {.ballots = 10,
          .abstentions = 1,
          .decimals = 5,
          .rounds = {round, {}},
          .pairwise = {{0, 1}, {2, 0}},
          .standings = {
              {.candidate = 2, .rank = 1, .elected = true, .score = -3, .score_denominator = 7}}};
}

std::vector<Event> OneOfEach() {
  const absl::Time now = absl::FromUnixNanos(1'795'196'753'123'456'789);
  return {
      PollCreated{
          .poll_id = "PRW0JR",
          .topic = "Where to eat?",
          .votes_per_voter = 3,
          .admin_id = "admin",
          .create_time = now,
          .expire_time = now + absl::Hours(2),
          .rules = {.method = tally::Method::kStvWigm, .seats = 3, .quota = tally::Quota::kHare},
          .ballot_changes_allowed = true,
          .request_digest = std::string(32, '\xf0')},
      PollCreated{},
      ParticipantJoined{"u1", "李雷"},
      ConnectionOpened{"u1", "c1", "edge-1"},
      ConnectionOpened{"u1", "", ""},
      ConnectionClosed{"u1", "c1"},
      ParticipantLeft{"u1"},
      ParticipantRemoved{"u2"},
      BanLifted{"u2"},
      NominationAdded{"GFGDN-VR", "u1", "Pizza"},
      NominationRemoved{"GFGDN-VR"},
      VotingStarted{"5eed"},
      BallotCast{"u1", {"8I9x6M-i", "DePT3kNj"}},
      PollClosed{{{"8I9x6M-i", "Thai", 1.990740740740741, 1, true}, {"DePT3kNj", "Taco", 1.0 / 3}},
                 SomeCount()},
      PollClosed{},
      PollCancelled{},
      RequestAnswered{"u1", "request-1", 0xfedcba9876543210, "GFGDN-VR"},
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
