#include "edge/engineio/session_id.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace caucus::edge::engineio {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

RandomSource Always(uint8_t byte) {
  return [byte](std::span<uint8_t> out) {
    for (uint8_t& random : out) random = byte;
  };
}

TEST(SessionIdTest, IsBase64UrlOfShardAndRandomBytes) {
  EXPECT_EQ(SessionIdGenerator(0, Always(0)).Next(), "AAAAAAAAAAAAAAAAAAAA");
  EXPECT_EQ(SessionIdGenerator(255, Always(255)).Next(), "____________________");
  EXPECT_EQ(SessionIdGenerator(251, Always(0xEF)).Next(), "--_v7-_v7-_v7-_v7-_v");
}

TEST(SessionIdTest, HasTwentyCharactersOfTheAlphabet) {
  SessionIdGenerator ids(3);
  for (int i = 0; i < 1000; ++i) {
    const std::string id = ids.Next();
    EXPECT_EQ(id.size(), kSessionIdLength);
    EXPECT_EQ(id.find_first_not_of(kAlphabet), std::string::npos) << id;
  }
}

TEST(SessionIdTest, IsNewEveryTime) {
  SessionIdGenerator ids(3);
  SessionIdGenerator other(3);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(seen.insert(ids.Next()).second);
    EXPECT_TRUE(seen.insert(other.Next()).second);
  }
}

TEST(SessionIdTest, UsesEveryRandomByteOnce) {
  uint64_t counter = 0;
  SessionIdGenerator ids(1, [&counter](std::span<uint8_t> out) {
    for (uint8_t& random : out) random = static_cast<uint8_t>(counter++ / 14);
  });
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(seen.insert(ids.Next()).second);
  EXPECT_GE(counter, 200 * 14);
}

TEST(SessionIdTest, CarriesItsShard) {
  for (int shard = 0; shard < 256; ++shard) {
    SessionIdGenerator ids(static_cast<uint8_t>(shard));
    EXPECT_EQ(ShardOf(ids.Next()), shard);
  }
}

TEST(SessionIdTest, RefusesWhatIsNoId) {
  for (const std::string_view text :
       {"", "A", "AAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAA",
        "AAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAA.",
        "AAAAAAAAAAAAAAAAAAA+", "AAAAAAAAAAAAAAAAAAA/", "AAAAAAAAAAAAAAAAAAA ",
        " AAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAA\xC3\xA9", "AAAAAAAAAA%41AAAAAAA", "__proto__",
        "constructor", "hasOwnProperty_____ "}) {
    EXPECT_EQ(ShardOf(text), std::nullopt) << text;
  }
  EXPECT_EQ(ShardOf(std::string(20, '\0')), std::nullopt);
}

TEST(SessionIdTest, KernelRandomFillsTheWholeBuffer) {
  std::array<uint8_t, 4096> bytes{};
  KernelRandom()(bytes);
  const std::set<uint8_t> front(bytes.begin(), bytes.begin() + 2048);
  const std::set<uint8_t> back(bytes.begin() + 2048, bytes.end());
  EXPECT_GT(front.size(), 200);
  EXPECT_GT(back.size(), 200);
}

}  // namespace
}  // namespace caucus::edge::engineio
