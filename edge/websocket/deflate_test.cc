#include "edge/websocket/deflate.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <random>
#include <string>
#include <string_view>

#include "edge/websocket/frame.h"

namespace caucus::edge::websocket {
namespace {

using std::string_view_literals::operator""sv;

constexpr size_t kBytesMax = 1'000'000;

std::string Inflate(std::string_view payload, size_t bytes_max = kBytesMax) {
  std::string message;
  const CloseCode code = InflateMessage(payload, bytes_max, message);
  return code == CloseCode::kNormal ? message : "error:" + std::to_string(static_cast<int>(code));
}

std::string Pseudorandom(size_t bytes, unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text.push_back(static_cast<char>(random()));
  return text;
}

// What any other implementation does with our payload: zlib's plain loop over payload and tail.
std::string InflateByZlib(std::string payload) {
  payload += "\x00\x00\xFF\xFF"sv;
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, -15), Z_OK);
  std::string message(4'000'000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(payload.data());
  stream.avail_in = static_cast<uInt>(payload.size());
  stream.next_out = reinterpret_cast<Bytef*>(message.data());
  stream.avail_out = static_cast<uInt>(message.size());
  EXPECT_EQ(inflate(&stream, Z_SYNC_FLUSH), Z_OK);
  EXPECT_EQ(stream.avail_in, 0);
  message.resize(stream.total_out);
  inflateEnd(&stream);
  return message;
}

TEST(DeflateTest, ExamplesOfTheRfc) {
  // RFC 7692 §7.2.3: one block, no compression, BFINAL set, two blocks.
  EXPECT_EQ(Inflate("\xF2\x48\xCD\xC9\xC9\x07\x00"sv), "Hello");
  EXPECT_EQ(Inflate("\x00\x05\x00\xFA\xFF\x48\x65\x6C\x6C\x6F\x00"sv), "Hello");
  EXPECT_EQ(Inflate("\xF3\x48\xCD\xC9\xC9\x07\x00\x00"sv), "Hello");
  EXPECT_EQ(Inflate("\xF2\x48\x05\x00\x00\x00\xFF\xFF\xCA\xC9\xC9\x07\x00"sv), "Hello");
  EXPECT_EQ(Inflate("\x00"sv), "");  // §7.2.3.6
}

// The same bytes as Node's zlib.deflateRawSync with Z_SYNC_FLUSH, without the tail.
TEST(DeflateTest, GoldenPayload) {
  EXPECT_EQ(DeflateMessage(std::string(20, 'a'), 6), "\x4A\x4C\xC4\x04\x00\x00"sv);
}

TEST(DeflateTest, ZlibInflatesWhatWeDeflate) {
  for (const size_t bytes : {30, 1024, 40'000, 1'000'000}) {
    for (const int level : {1, 6, 9}) {
      std::string message = Pseudorandom(15, 1);
      while (message.size() < bytes) message += message.substr(0, bytes - message.size());
      const std::optional<std::string> payload = DeflateMessage(message, level);
      ASSERT_TRUE(payload);
      EXPECT_LT(payload->size(), message.size());
      EXPECT_EQ(InflateByZlib(*payload), message);
      EXPECT_EQ(Inflate(*payload), message);
    }
  }
}

TEST(DeflateTest, LeavesWhatWouldNotShrink) {
  EXPECT_EQ(DeflateMessage("", 6), std::nullopt);
  EXPECT_EQ(DeflateMessage("x", 6), std::nullopt);
  for (const size_t bytes : {10, 1024, 100'000}) {
    EXPECT_EQ(DeflateMessage(Pseudorandom(bytes, 2), 9), std::nullopt);
  }
}

TEST(DeflateTest, LimitIsInclusive) {
  const std::string payload = *DeflateMessage(std::string(5000, 'x'), 6);
  EXPECT_EQ(Inflate(payload, 5000).size(), 5000);
  EXPECT_EQ(Inflate(payload, 4999), "error:1009");
  EXPECT_EQ(Inflate(payload, 0), "error:1009");
  EXPECT_EQ(Inflate("\x00"sv, 0), "");
}

TEST(DeflateTest, BombTakesNoMoreMemoryThanTheLimit) {
  const std::string bomb = *DeflateMessage(std::string(50'000'000, '\0'), 9);
  ASSERT_LT(bomb.size(), 100'000);
  std::string message;
  EXPECT_EQ(InflateMessage(bomb, 100'000, message), CloseCode::kMessageTooBig);
  EXPECT_LE(message.capacity(), 2 * 100'000);
}

TEST(DeflateTest, RefusesWhatIsNoDeflateData) {
  EXPECT_EQ(Inflate("\xFF\xFF\xFF"sv), "error:1007");
  EXPECT_EQ(Inflate("\x06"sv), "error:1007");  // The block type that is reserved.
  EXPECT_EQ(Inflate(Pseudorandom(1000, 3)), "error:1007");
}

TEST(DeflateTest, RefusesDataThatBreaksOff) {
  const std::string payload = *DeflateMessage(std::string(300, 'a') + "bcdefg", 6);
  for (size_t size = 1; size + 1 < payload.size(); ++size) {
    EXPECT_NE(Inflate(payload.substr(0, size)), std::string(300, 'a') + "bcdefg") << size;
  }
  EXPECT_EQ(Inflate("\x00\x05\x00\xFA\xFF\x48\x65"sv), "error:1007");
}

TEST(DeflateTest, GarbageNeverBreaksIt) {
  std::mt19937 random(4);
  const std::string payload = *DeflateMessage(std::string(3000, 'a') + Pseudorandom(300, 5), 6);
  for (int i = 0; i < 2000; ++i) {
    std::string changed = payload;
    changed[random() % changed.size()] = static_cast<char>(random());
    EXPECT_LE(Inflate(changed, 20'000).size(), 20'000);
  }
}

}  // namespace
}  // namespace caucus::edge::websocket
