// The other forms of a packet on a WebSocket. The payload's test covers the polling form.

#include "edge/engineio/encoded_packet.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "edge/engineio/packet.h"
#include "edge/websocket/deflate.h"
#include "edge/websocket/frame.h"

namespace caucus::edge::engineio {
namespace {

using std::string_view_literals::operator""sv;

const websocket::DeflateOptions kDeflate = {.enabled = true, .threshold_bytes = 1024, .level = 6};

TEST(EncodedPacketTest, ShortPacketStaysAsItIs) {
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, std::string(1022, 'a'));
  EXPECT_EQ(packet->deflated_frame(kDeflate).data(), packet->websocket_frame().data());
}

TEST(EncodedPacketTest, GoldenCompressedFrames) {
  const EncodedPacketPtr text = EncodedPacket::Text(PacketType::kMessage, std::string(1023, 'a'));
  EXPECT_EQ(text->deflated_frame(kDeflate),
            "\xC1\x0B\x32\x49\x1C\x05\xA3\x60\x14\x8C\x54\x00\x00"sv);
  const EncodedPacketPtr binary = EncodedPacket::Binary(std::string(1024, 'a'));
  EXPECT_EQ(binary->deflated_frame(kDeflate).substr(0, 1), "\xC2");
  std::string message;
  EXPECT_EQ(websocket::InflateMessage(binary->deflated_frame(kDeflate).substr(2), 5000, message),
            websocket::CloseCode::kNormal);
  EXPECT_EQ(message, std::string(1024, 'a'));
}

TEST(EncodedPacketTest, OnlyWhatBecomesShorterIsCompressed) {
  std::string noise;
  for (unsigned i = 0, state = 1; i < 2000; ++i) {
    state = state * 1664525 + 1013904223;
    noise.push_back(static_cast<char>(state >> 24));
  }
  const std::string zeros(5000, '\0');
  const std::array<std::string, 3> attachments = {noise, zeros, "short"};
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, "53-[]", attachments);
  const std::string_view plain = packet->websocket_frame();
  const std::string_view deflated = packet->deflated_frame(kDeflate);
  const size_t same = plain.find(noise) + noise.size();
  EXPECT_EQ(deflated.substr(0, same), plain.substr(0, same));
  EXPECT_EQ(deflated[same], '\xC2');
  EXPECT_LT(deflated.size(), same + 50);
  EXPECT_TRUE(deflated.ends_with("\x82\x05short"));

  const EncodedPacketPtr incompressible = EncodedPacket::Binary(noise);
  EXPECT_EQ(incompressible->deflated_frame(kDeflate).data(),
            incompressible->websocket_frame().data());
}

TEST(EncodedPacketTest, IsCompressedOnceForAllShards) {
  const EncodedPacketPtr packet = EncodedPacket::Binary(std::string(100'000, 'x'));
  std::array<std::string_view, 8> seen;
  std::vector<std::thread> threads;
  for (std::string_view& view : seen) {
    threads.emplace_back([&view, &packet] { view = packet->deflated_frame(kDeflate); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string_view view : seen) EXPECT_EQ(view.data(), seen[0].data());
}

TEST(EncodedPacketTest, GoldenBase64Frames) {
  const EncodedPacketPtr binary = EncodedPacket::Binary("\x01\x02");
  EXPECT_EQ(binary->base64_frame(),
            "\x81\x05"
            "bAQI=");
  EXPECT_EQ(EncodedPacket::Binary("")->base64_frame(),
            "\x81\x01"
            "b");
  const std::array<std::string, 2> attachments = {"\x01\x02", std::string(96, '\0')};
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, "52-[]", attachments);
  EXPECT_EQ(packet->base64_frame(), std::string("\x81\x06"
                                                "452-[]\x81\x05"
                                                "bAQI=\x81\x7E\x00\x81"
                                                "b"sv) +
                                        std::string(128, 'A'));
  EXPECT_EQ(packet->base64_frame().data(), packet->base64_frame().data());
}

TEST(EncodedPacketTest, TextIsTheSameWithBase64) {
  const EncodedPacketPtr packet = EncodedPacket::Text(PacketType::kMessage, std::string(2000, 'a'));
  EXPECT_EQ(packet->base64_frame().data(), packet->websocket_frame().data());
}

}  // namespace
}  // namespace caucus::edge::engineio
