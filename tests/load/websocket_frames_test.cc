#include "tests/load/websocket_frames.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace caucus::load {
namespace {

// As a server sends it: without a mask.
std::string ServerFrame(std::string_view payload, char first = '\x81') {
  std::string frame;
  AppendTextFrame(payload, frame);
  const size_t header_bytes = frame.size() - payload.size() - 4;
  frame.erase(header_bytes, 4);
  frame[0] = first;
  frame[1] = static_cast<char>(frame[1] & 0x7f);
  return frame;
}

struct Seen {
  uint64_t payload_bytes;
  std::string head;
  std::string tail;
};

std::vector<Seen> ReadInPieces(std::string_view stream, size_t piece_bytes) {
  FrameReader reader;
  std::vector<Seen> seen;
  for (; !stream.empty(); stream.remove_prefix(std::min(piece_bytes, stream.size()))) {
    EXPECT_TRUE(reader.Read(stream.substr(0, piece_bytes), [&](const Frame& frame) {
      seen.push_back({frame.payload_bytes, std::string(frame.head), std::string(frame.tail)});
    }));
  }
  return seen;
}

TEST(FrameReaderTest, GivesTheSameFramesHoweverTheyAreCut) {
  const std::vector<std::string> payloads = {"", "2", std::string(125, 'a'), std::string(126, 'b'),
                                             std::string(Frame::kWholeBytesMax, 'c')};
  std::string stream;
  for (const std::string& payload : payloads) stream += ServerFrame(payload);
  for (const size_t piece_bytes : {size_t{1}, size_t{2}, size_t{3}, size_t{127}, stream.size()}) {
    const std::vector<Seen> seen = ReadInPieces(stream, piece_bytes);
    ASSERT_EQ(seen.size(), payloads.size()) << piece_bytes;
    for (size_t i = 0; i < payloads.size(); ++i) {
      EXPECT_EQ(seen[i].payload_bytes, payloads[i].size());
      EXPECT_EQ(seen[i].head, payloads[i]);
      EXPECT_EQ(seen[i].tail, payloads[i]);
    }
  }
}

TEST(FrameReaderTest, KeepsBothEndsOfALongFrame) {
  const std::string payload = "begin" + std::string(100'000, '.') + "end";
  for (const size_t piece_bytes : {size_t{1}, size_t{1000}, size_t{50'000}}) {
    const std::vector<Seen> seen =
        ReadInPieces(ServerFrame(payload) + ServerFrame("next"), piece_bytes);
    ASSERT_EQ(seen.size(), 2) << piece_bytes;
    EXPECT_EQ(seen[0].payload_bytes, payload.size());
    EXPECT_EQ(seen[0].head, payload.substr(0, Frame::kEndBytes));
    EXPECT_EQ(seen[0].tail, payload.substr(payload.size() - Frame::kEndBytes));
    EXPECT_EQ(seen[1].head, "next");
  }
}

TEST(FrameReaderTest, RefusesWhatItDoesNotRead) {
  for (const char first :
       {'\x01', '\x80', '\xc1'}) {  // Not the last fragment; a later one; compressed.
    FrameReader reader;
    EXPECT_FALSE(reader.Read(ServerFrame("text", first), [](const Frame&) {}));
  }
}

TEST(AppendTextFrameTest, WritesAMaskedFrameOfEachLength) {
  for (const size_t bytes : {size_t{0}, size_t{125}, size_t{126}, size_t{65'535}, size_t{65'536}}) {
    const std::string text(bytes, 'x');
    std::string frame;
    AppendTextFrame(text, frame);
    const std::optional<FrameHeader> header = ReadFrameHeader(ServerFrame(text));
    ASSERT_TRUE(header.has_value());
    EXPECT_EQ(header->payload_bytes, bytes);
    EXPECT_EQ(frame.size(), header->header_bytes + 4 + bytes);
    EXPECT_EQ(static_cast<uint8_t>(frame[1]) & 0x80, 0x80);
  }
}

}  // namespace
}  // namespace caucus::load
