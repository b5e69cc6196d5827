#include "edge/gateway/feed_backlog.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "edge/engineio/encoded_packet.h"
#include "edge/engineio/packet.h"

namespace caucus::edge::gateway {
namespace {

using Added = FeedBacklog::Added;
using Kind = FeedDelivery::Kind;

constexpr size_t kMany = 1 << 20;

FeedDelivery Make(Kind kind, const std::string& text, int64_t value) {
  return {.packet = engineio::EncodedPacket::Text(engineio::PacketType::kMessage, text),
          .resume_value = value,
          .kind = kind};
}

std::string Names(const FeedBacklog& backlog) {
  std::string names;
  for (const auto& packet : backlog.packets())
    names.append(packet->content().substr(1)).append(" ");
  return names;
}

TEST(FeedBacklogTest, KeepsAStateAndWhatHasChangedSince) {
  FeedBacklog backlog;
  for (const char* change : {"a", "b"}) backlog.Add(Make(Kind::kChange, change, 0), kMany);
  EXPECT_EQ(Names(backlog), "");
  backlog.Add(Make(Kind::kState, "S", 1), kMany);
  backlog.Add(Make(Kind::kChange, "c", 2), kMany);
  backlog.Add(Make(Kind::kChange, "d", 3), kMany);
  EXPECT_EQ(Names(backlog), "S c d ");
  backlog.Add(Make(Kind::kRepeat, "R", 3), kMany);
  EXPECT_EQ(Names(backlog), "R ");
}

TEST(FeedBacklogTest, KeepsNothingOfAFeedWithoutStates) {
  FeedBacklog backlog;
  backlog.Add({.packet = engineio::EncodedPacket::Text(engineio::PacketType::kMessage, "a")},
              kMany);
  EXPECT_EQ(Names(backlog), "");
  EXPECT_TRUE(backlog.HasReached(0));
}

TEST(FeedBacklogTest, KnowsHowFarTheFeedIs) {
  FeedBacklog backlog;
  EXPECT_TRUE(backlog.HasReached(0));
  EXPECT_FALSE(backlog.HasReached(1));
  backlog.Add(Make(Kind::kState, "S", 5), kMany);
  EXPECT_TRUE(backlog.HasReached(5));
  EXPECT_FALSE(backlog.HasReached(6));
  backlog.Add({.packet = nullptr, .resume_value = 6}, kMany);
  EXPECT_TRUE(backlog.HasReached(6));
  backlog.Add(Make(Kind::kChange, "late", 4), kMany);
  EXPECT_TRUE(backlog.HasReached(6));
  EXPECT_EQ(Names(backlog), "S late ");
  backlog.Add(Make(Kind::kState, "T", 2), kMany);
  EXPECT_FALSE(backlog.HasReached(5));
}

TEST(FeedBacklogTest, KeepsNothingOfTooManyChangesUntilTheNextState) {
  FeedBacklog backlog;
  const std::string text(36, 'x');  // 39 bytes with its frame's header and type.
  const size_t bytes_max = 3 * (39 + 64);
  backlog.Add(Make(Kind::kState, std::string(1000, 's'), 1), bytes_max);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(backlog.Add(Make(Kind::kChange, text, 1), bytes_max), Added::kFits);
  }
  EXPECT_EQ(backlog.packets().size(), 4u);
  EXPECT_EQ(backlog.Add(Make(Kind::kChange, text, 1), bytes_max), Added::kTooMuch);
  EXPECT_EQ(backlog.Add(Make(Kind::kChange, text, 1), bytes_max), Added::kFits);
  EXPECT_EQ(Names(backlog), "");
  backlog.Add(Make(Kind::kState, "T", 2), bytes_max);
  EXPECT_EQ(backlog.Add(Make(Kind::kChange, "a", 3), bytes_max), Added::kFits);
  EXPECT_EQ(Names(backlog), "T a ");
}

}  // namespace
}  // namespace caucus::edge::gateway
