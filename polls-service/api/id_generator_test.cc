#include "polls-service/api/id_generator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace caucus::polls {
namespace {

TEST(IdGeneratorTest, DrawsIdsOfTheirForms) {
  const IdGenerator ids;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_THAT(ids.DrawPollId(), testing::MatchesRegex("[0-9A-Z]{6}"));
    ASSERT_THAT(ids.DrawUserId(), testing::MatchesRegex("[A-Za-z0-9_-]{21}"));
    ASSERT_THAT(ids.DrawNominationId(), testing::MatchesRegex("[A-Za-z0-9_-]{8}"));
  }
}

TEST(IdGeneratorTest, DrawsAnotherIdEachTime) {
  const IdGenerator ids;
  std::set<std::string> drawn;
  for (int i = 0; i < 1000; ++i) drawn.insert(ids.DrawUserId());
  EXPECT_EQ(drawn.size(), 1000u);
}

TEST(IdGeneratorTest, UsesEveryCharacterEquallyOften) {
  // Each of the 256 bytes once in 8 draws of 32: four of them fall outside 7 x 36.
  uint8_t next = 0;
  const IdGenerator ids([&](absl::Span<uint8_t> bytes) {
    for (uint8_t& byte : bytes) byte = next++;
  });
  EXPECT_EQ(ids.DrawPollId(), "012345");
  EXPECT_EQ(ids.DrawPollId(), "WXYZ01");
}

TEST(IdGeneratorTest, ThrowsBiasedBytesAway) {
  bool biased = true;
  const IdGenerator ids([&](absl::Span<uint8_t> bytes) {
    std::fill(bytes.begin(), bytes.end(), biased ? 252 : 35);
    biased = false;
  });
  EXPECT_EQ(ids.DrawPollId(), "ZZZZZZ");
}

}  // namespace
}  // namespace caucus::polls
