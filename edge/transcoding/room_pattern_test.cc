#include "edge/transcoding/room_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/testing/status_matchers.h"
#include "edge/transcoding/test_descriptors.h"

namespace caucus::edge::transcoding {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

class RoomPatternTest : public testing::Test {
 protected:
  absl::StatusOr<RoomPattern> Parse(std::string_view text, const char* request = "ListenRequest") {
    return RoomPattern::Parse(
        text,
        *pool_->FindMessageTypeByName(std::string("caucus.edge.transcoding.testdata.") + request));
  }
  std::optional<std::vector<std::string>> Match(std::string_view pattern, std::string_view room) {
    const auto parsed = Parse(pattern);
    EXPECT_THAT(parsed, IsOk());
    return parsed.ok() ? parsed->Match(room) : std::nullopt;
  }

  std::unique_ptr<google::protobuf::DescriptorPool> pool_ =
      MakePool(ReadDescriptorSet(kTestDescriptors));
};

TEST_F(RoomPatternTest, MatchesAPartAlone) {
  EXPECT_THAT(Match("{room}", "ABC123"), Optional(ElementsAre("ABC123")));
  EXPECT_EQ(Match("{room}", ""), std::nullopt);
}

TEST_F(RoomPatternTest, KeepsRoomsOfOtherKindsOut) {
  EXPECT_EQ(Match("{room}", "user:abc"), std::nullopt);
  EXPECT_EQ(Match("chat:{room}", "chat:a:b"), std::nullopt);
}

TEST_F(RoomPatternTest, MatchesTextAroundParts) {
  EXPECT_THAT(Match("chat:{room}/{part}!", "chat:a/b!"), Optional(ElementsAre("a", "b")));
  EXPECT_EQ(Match("chat:{room}/{part}!", "chat:a/b"), std::nullopt);
  EXPECT_EQ(Match("chat:{room}/{part}!", "chat:/b!"), std::nullopt);
  EXPECT_EQ(Match("chat:{room}/{part}!", "chat:a/!"), std::nullopt);
  EXPECT_EQ(Match("chat:{room}/{part}!", "talk:a/b!"), std::nullopt);
  EXPECT_EQ(Match("chat:{room}/{part}!", "chat:"), std::nullopt);
  EXPECT_THAT(Match("{room}:{part}", "a:b"), Optional(ElementsAre("a", "b")));
}

TEST_F(RoomPatternTest, EndsAPartWhereTheTextAfterItOccursFirst) {
  EXPECT_THAT(Match("{room}-{part}", "a-b-c"), Optional(ElementsAre("a", "b-c")));
  EXPECT_THAT(Match("{room}-{part}", "--c"), Optional(ElementsAre("-", "c")));
  EXPECT_THAT(Match("{room}-end", "a-end-end"), Optional(ElementsAre("a-end")));
}

TEST_F(RoomPatternTest, MatchesTheNamesOfAnEnumsValuesAlone) {
  const auto pattern = Parse("{room}:{tone}", "FollowRequest");
  ASSERT_THAT(pattern, IsOk());
  EXPECT_THAT(pattern->Match("tea:TONE_LOUD"), Optional(ElementsAre("tea", "TONE_LOUD")));
  for (const char* other : {"user:42", "tea:1", "tea:TONE_UNSPECIFIED", "tea:tone_loud",
                            "tea:", "tea:TONE_LOUD ", "tea:TONE_LOUD:", "TONE_LOUD"}) {
    EXPECT_EQ(pattern->Match(other), std::nullopt) << other;
  }
  EXPECT_THAT(Parse("{tones}", "FollowRequest"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(RoomPatternTest, MatchesFixedRooms) {
  EXPECT_THAT(Match("lobby", "lobby"), Optional(IsEmpty()));
  EXPECT_EQ(Match("lobby", "lobby2"), std::nullopt);
}

TEST_F(RoomPatternTest, TextAtBothEndsDoesNotOverlap) {
  EXPECT_EQ(Match("ab{room}ba", "aba"), std::nullopt);
}

TEST_F(RoomPatternTest, RefusesBadPatterns) {
  for (const char* bad : {"", "{", "}", "{}", "{room", "a}b", "{{room}}", "{room}{part}",
                          "{room}-{room}", "{sequence}", "{tags}", "{unknown}", "{request.room}"}) {
    EXPECT_THAT(Parse(bad), StatusIs(absl::StatusCode::kInvalidArgument)) << bad;
  }
}

}  // namespace
}  // namespace caucus::edge::transcoding
